import { kinds, type Shelf } from "./kind.ts";

const INCHES = "1/8,3/16,1/4,5/16,3/8,1/2,5/8,3/4,1,1 1/4,1 1/2,2,3,4"
  .split(",")
  .map((inches, index) => [`${inches}"`, 60 + index * 22] as const);
const PACKS = [
  ["unidad", 12],
  ["x 10", 100],
  ["x 50", 430],
  ["x 100", 780],
] as const;
const PAINT = [
  ["1/4 galón", 32],
  ["galón", 100],
  ["cuñete", 440],
] as const;
const POWER = [
  ["110 V", 100],
  ["220 V", 112],
  ["20 V inalámbrico", 190],
] as const;
const PAPER = [
  ["unidad", 30],
  ["x 3", 85],
  ["x 12", 310],
  ["x 24", 590],
] as const;

export const hardware: Shelf[] = [
  {
    category: "Ferretería",
    code: "FER",
    appeal: 2,
    brands: "Martillo de Oro,Fierrex,Industrial Andina,Maestro,Roca Fuerte,Tenaz,El Constructor,Duralia,Pegafort".split(
      ",",
    ),
    kinds: [
      ...kinds(
        INCHES,
        undefined,
        "Tornillo: drywall, hexagonal, autoperforante, para madera, avellanado, galvanizado, inoxidable | 900",
        "Tuerca: hexagonal, mariposa, de seguridad, inoxidable | 500",
        "Arandela: plana, de presión, de goma | 300",
        "Broca: para muro, para metal, para madera, de copa | 6800",
        "Tubo: PVC presión, PVC sanitario, conduit, CPVC, galvanizado | 9800",
        "Codo: PVC presión, PVC sanitario, CPVC, galvanizado | 2100",
        "Unión: PVC presión, universal, CPVC, galvanizada | 2400",
        "Te: PVC presión, sanitaria, galvanizada | 2900",
        "Válvula: de bola, de cheque, de compuerta | 16900",
        "Llave: combinada, de copa, Allen, ratchet | 11900",
        "Manguera: de jardín, de gas, transparente, de alta presión | 5900",
        "Abrazadera: metálica, plástica, de doble oreja | 1400",
        "Cincel: plano, de punta | 12900",
        "Lija: de agua, para metal, para madera, de banda | 1900",
      ),
      ...kinds(
        PACKS,
        undefined,
        "Chazo: plástico, metálico, mariposa | 2300",
        "Puntilla: con cabeza, sin cabeza, de acero, galvanizada | 2900",
        "Bisagra: de piano, de cazoleta, de resorte | 18900",
        "Cinta: aislante, teflón, de enmascarar, doble faz | 14900",
        "Bombillo: LED 9 W, LED 12 W, LED 18 W, vintage, de emergencia | 49900",
        "Interruptor: sencillo, doble, conmutable, con toma | 62900",
        "Guantes: de carnaza, de nitrilo, de látex, de hilo | 39900",
        "Candado: de arco corto, de arco largo, de clave | 189900",
        "Brocha: 1 pulgada, 2 pulgadas, 3 pulgadas, 4 pulgadas | 42900",
      ),
    ],
  },
  {
    category: "Pinturas y químicos",
    code: "PIN",
    appeal: 1,
    brands: "Colorandes,Arcoíris,Murales,Tonalidad,Pintacasa,Vinilux".split(","),
    kinds: kinds(
      PAINT,
      undefined,
      "Vinilo tipo 1: blanco, almendra, azul cielo, verde menta, gris perla, amarillo maíz, rojo teja | 72900",
      "Vinilo tipo 2: blanco, almendra, azul cielo, verde menta, gris perla, rosado | 48900",
      "Esmalte: blanco, negro, rojo, verde máquina, aluminio, caoba, azul español | 89900",
      "Barniz: brillante, mate, náutico, cedro | 94900",
      "Anticorrosivo: gris, rojo, blanco, negro | 79900",
      "Impermeabilizante: blanco, gris, transparente, terracota | 118900",
      "Thinner: corriente, fino, acrílico | 36900",
    ),
  },
  {
    category: "Herramientas",
    code: "HER",
    appeal: 1,
    brands: "Fierrex,Tenaz,Potencia,Maestro,Titanio,Kraftia,Volta".split(","),
    kinds: kinds(
      POWER,
      undefined,
      "Taladro: percutor, de banco, atornillador, rotomartillo | 189900",
      "Pulidora: 4 1/2 pulgadas, 7 pulgadas, de pared | 179900",
      "Sierra: circular, caladora, sable, de mesa | 249900",
      "Lijadora: orbital, de banda, excéntrica | 169900",
      "Soldador: inversor 160 A, inversor 200 A, MIG | 549900",
      "Hidrolavadora: 1450 psi, 2000 psi, 3000 psi | 459900",
      "Compresor: 25 l, 50 l, libre de aceite | 519900",
    ),
  },
  {
    category: "Papelería",
    code: "PAP",
    appeal: 3,
    brands: "Cuadernía,Escolar Plus,Trazos,Mi Tablero,Papelandia,Colorete".split(","),
    kinds: kinds(
      PAPER,
      undefined,
      "Cuaderno: cuadriculado 100 hojas, rayado 100 hojas, cosido 50 hojas, argollado, doble línea, de dibujo | 16900",
      "Lapicero: negro, azul, rojo, borrable, gel | 6900",
      "Lápiz: HB, 2B, de color, carpintero | 4900",
      "Marcador: permanente, borrable, resaltador, punta fina | 9900",
      "Borrador: de nata, miga de pan, de tablero | 3900",
      "Pegante: en barra, líquido, silicona | 8900",
      "Carpeta: plastificada, de gancho, colgante, con elástico | 11900",
      "Papel: bond carta, bond oficio, iris, kraft, seda, fotográfico | 21900",
      "Tijeras: punta roma, profesionales, de zigzag | 18900",
      "Témperas: surtidas, fluorescentes, metálicas | 14900",
    ),
  },
];
