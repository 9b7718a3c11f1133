/** `npm run command -- recover USERNAME [--admin]`. Whoever is at the server may; it speaks both languages, as the set-up code does. */
import type { Command } from "../../kernel/command.ts";
import type { Recovery } from "./recovery.ts";

const SUMMARY = "recover USERNAME [--admin]: a temporary password for somebody who cannot get in";

export function recoverCommand(recovery: Pick<Recovery, "atServer">): Command {
  return {
    name: "recover",
    summary: SUMMARY,
    async run({ args, print }) {
      const names = args.filter((one) => !one.startsWith("--"));
      const options = args.filter((one) => one.startsWith("--"));
      const [username] = names;
      if (username === undefined || names.length > 1 || options.some((one) => one !== "--admin")) {
        print(SUMMARY);
        return 2;
      }
      const recovered = await recovery.atServer(username, { admin: options.length > 0 });
      if (recovered === undefined) {
        print(`Nadie tiene ese usuario / nobody has that username: ${username}`);
        return 1;
      }
      print(`Contraseña temporal / temporary password: ${recovered.password}`);
      print("Se muestra una sola vez; al entrar se elige una nueva. / Shown once; choose a new one when signing in.");
      print(
        "Se cerraron sus sesiones (el programa en marcha lo nota en diez segundos) y se quitaron el segundo paso, el PIN y los bloqueos. / Its sessions are over (a running program notices within ten seconds); second step, PIN and locks are gone.",
      );
      if (!recovered.wasActive)
        print("¡La persona estaba inactiva y puede entrar otra vez! / The person was inactive and may come in again!");
      return 0;
    },
  };
}
