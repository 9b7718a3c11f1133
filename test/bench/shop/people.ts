/** Who works there: one who receives goods, and for each register two who sell in turn. */
import type { Database } from "../../../kernel/db/database.ts";
import { createPasswords } from "../../../plugins/auth/passwords.ts";
import { insertUser } from "../../../plugins/auth/queries/users.ts";
import { insertEndless, insertRegister } from "../../../plugins/pos/queries/registers.ts";
import type { Trail } from "./trail.ts";

export interface Person {
  id: number;
  username: string;
  fullName: string;
  countsBlind: boolean;
}

export interface Till {
  register: { id: number; storeId: number; name: string };
  /** of the morning and of the afternoon */
  cashiers: readonly [Person, Person];
}

const FIRST =
  "Luz,Andrés,Marta,Jhon,Paola,Wilson,Yuliana,Camilo,Rosa,Édgar,Diana,Fabián,Nubia,Óscar,Sandra,Hernán".split(",");
const LAST = "Quintero,Rincón,Ospina,Beltrán,Cárdenas,Murillo,Pineda,Salazar,Tovar,Useche".split(",");

/** The people all have one password, of whoever generates the shop. */
export async function hire(
  db: Database,
  trail: Trail,
  shop: { registers: number; password: string; now: Date },
): Promise<{ manager: Person; tills: Till[] }> {
  const { now } = shop;
  const passwordHash = await createPasswords().hash(shop.password);
  return db.transaction(async (tx) => {
    const add = async (username: string, fullName: string, role: "manager" | "employee"): Promise<Person> => {
      const user = await insertUser(tx, { username, fullName, role, passwordHash, now });
      if (!user) throw new Error(`somebody is called ${username} already`);
      const after = { username, full_name: fullName, role, active: true };
      await trail.at(now)(tx, { action: "user.created", subject: `user:${user.id}`, after });
      return { id: user.id, username, fullName, countsBlind: role === "employee" };
    };
    const manager = await add("bodega", "Gloria Bodeguera", "manager");
    const { rows } = await tx.raw("SELECT id, store_id FROM registers ORDER BY id LIMIT 1");
    const [first] = rows as { id: number; store_id: number }[];
    if (!first) throw new Error("the shop has no register");
    const tills: Till[] = [];
    for (let number = 1; number <= shop.registers; number++) {
      const name = `Caja ${number}`;
      const id = number === 1 ? first.id : await insertRegister(tx, name, first.store_id);
      if (id === undefined) throw new Error("the shop has no store");
      if (number > 1) await insertEndless(tx, id, `C${id}-`);
      if (number > 1)
        await trail.at(now)(tx, { action: "register.created", subject: `register:${id}`, after: { name } });
      const cashier = (half: "a" | "b") => {
        const index = (number - 1) * 2 + (half === "a" ? 0 : 1);
        const fullName = `${FIRST[index % FIRST.length]} ${LAST[index % LAST.length]}`;
        return add(`caja${number}${half}`, fullName, "employee");
      };
      tills.push({
        register: { id, storeId: first.store_id, name },
        cashiers: [await cashier("a"), await cashier("b")],
      });
    }
    return { manager, tills };
  });
}
