import { EXCLUDED, EXEMPT, kinds, REDUCED, type Shelf } from "./kind.ts";

const GRAMS = [
  ["250 g", 60],
  ["500 g", 100],
  ["1 kg", 185],
  ["2,5 kg", 430],
] as const;
const SNACK = [
  ["30 g", 40],
  ["105 g", 100],
  ["six pack", 220],
  ["200 g", 175],
] as const;
const BOTTLE = [
  ["250 ml", 55],
  ["400 ml", 80],
  ["1,5 l", 190],
  ["2,5 l", 270],
] as const;
const MILK = [
  ["200 ml", 35],
  ["900 ml", 100],
  ["bolsa x 6", 570],
] as const;
const WEIGHED = [["por kg", 100]] as const;

export const food: Shelf[] = [
  {
    category: "Granos y abarrotes",
    code: "ABA",
    appeal: 10,
    brands: "La Espiga Dorada,Doña Tulia,El Trapiche,Campo Alegre,Valle Hondo,Don Fermín,Sol de Mayo,La Cosecha".split(
      ",",
    ),
    kinds: [
      ...kinds(
        GRAMS,
        EXCLUDED,
        "Arroz: blanco, integral, parbolizado, premium | 2600",
        "Fríjol: cargamanto, bola roja, blanquillo, caraota | 6900",
        "Lenteja: pequeña, grande, roja | 3900",
        "Garbanzo: mediano, grande | 4400",
        "Panela: redonda, cuadrada, pulverizada, con limón | 3200",
        "Maíz: pira, trillado amarillo, trillado blanco | 3100",
        "Sal: refinada, marina, baja en sodio | 1300",
      ),
      ...kinds(
        GRAMS,
        REDUCED,
        "Azúcar: blanca, morena, light | 2900",
        "Café: molido medio, molido fuerte, en grano, descafeinado, instantáneo | 12900",
        "Harina: de maíz blanca, de maíz amarilla, de trigo, de plátano, de arroz | 3300",
        "Pasta: espagueti, tornillo, macarrón, conchas, letras, lasaña | 3100",
        "Chocolate: tradicional, clavos y canela, sin azúcar, con panela | 6400",
        "Avena: en hojuelas, molida, instantánea | 3500",
        "Granola: frutos rojos, miel, chocolate, coco | 8800",
      ),
      ...kinds(
        BOTTLE,
        undefined,
        "Aceite: girasol, soya, maíz, oliva, mezcla | 13900",
        "Salsa: tomate, rosada, BBQ, mayonesa, mostaza, soya, ajo, tártara | 5800",
        "Vinagre: blanco, de manzana, balsámico | 3600",
      ),
    ],
  },
  {
    category: "Lácteos y huevos",
    code: "LAC",
    appeal: 14,
    brands: "Altagracia,La Querencia,Prado Verde,Santa Inés,El Ordeño,Vaquita Mora".split(","),
    kinds: [
      ...kinds(
        MILK,
        EXEMPT,
        "Leche: entera, deslactosada, semidescremada, descremada, con chocolate | 4300",
        "Kumis: natural, con azúcar | 5200",
      ),
      ...kinds(
        MILK,
        undefined,
        "Yogur: fresa, mora, melocotón, natural, griego, guanábana, coco | 5900",
        "Bebida de almendras: natural, vainilla, sin azúcar | 9800",
      ),
      ...kinds(
        GRAMS,
        EXEMPT,
        "Queso: campesino, costeño, doble crema, mozzarella, cuajada, parmesano | 11900",
        "Huevos: AA, A, criollos, de codorniz | 9600",
      ),
      ...kinds(
        GRAMS,
        undefined,
        "Mantequilla: con sal, sin sal, clarificada | 8700",
        "Arequipe: clásico, light | 6300",
      ),
    ],
  },
  {
    category: "Bebidas",
    code: "BEB",
    appeal: 12,
    brands: "Manantial,Cumbre,Tropicalísima,Río Claro,Brisa Fresca,La Sierra,Frutalia".split(","),
    kinds: kinds(
      BOTTLE,
      undefined,
      "Gaseosa: cola, manzana, naranja, uva, limón, colombiana, sin azúcar | 3300",
      "Agua: sin gas, con gas, saborizada limón, saborizada maracuyá | 1900",
      "Jugo: mango, mora, lulo, guayaba, maracuyá, mandarina, guanábana | 3600",
      "Té: limón, durazno, verde, negro, frutos rojos | 3200",
      "Bebida hidratante: mandarina, tropical, maracuyá, uva | 3900",
      "Malta: clásica, ligera | 2800",
      "Cerveza: rubia, roja, negra, sin alcohol | 3700",
    ),
  },
  {
    category: "Panadería y mecato",
    code: "MEC",
    appeal: 11,
    brands: "Rizos,La Merienda,Crocantín,Doña Pola,Picaditas,Trigal,Mi Antojo".split(","),
    kinds: kinds(
      SNACK,
      undefined,
      "Papas: natural, limón, pollo, BBQ, mayonesa, picante | 4200",
      "Galletas: vainilla, chocolate, soda, saltín, integrales, wafer fresa, avena | 3800",
      "Plátano frito: maduro, verde, picante | 3900",
      "Maní: salado, dulce, con pasas, japonés | 3400",
      "Pan: tajado blanco, tajado integral, de leche, de queso, mogolla | 5900",
      "Ponqué: vainilla, chocolate, naranja, marmoleado | 6100",
      "Chocolatina: de leche, amarga, con almendras, blanca | 2600",
      "Bocadillo: veleño, con queso, de mora | 3300",
      "Gomas: ositos, gusanos, aros, ácidas | 2500",
    ),
  },
  {
    category: "Frutas y verduras",
    code: "FRU",
    appeal: 13,
    brands: ["de la región", "orgánico", "seleccionado", "importado"],
    kinds: kinds(
      WEIGHED,
      EXCLUDED,
      "Tomate: chonto, larga vida, cherry, de árbol | 3900",
      "Papa: pastusa, criolla, sabanera, R12 | 2800",
      "Cebolla: cabezona blanca, cabezona roja, larga | 3600",
      "Plátano: verde, maduro, dominico | 3200",
      "Banano: criollo, bocadillo, murrapo | 2700",
      "Naranja: tangelo, valencia, ombligona | 3100",
      "Limón: tahití, mandarino, pajarito | 4400",
      "Mango: tommy, de azúcar, hilacha | 4700",
      "Aguacate: hass, papelillo, choquette | 7900",
      "Manzana: roja, verde, gala | 7400",
      "Zanahoria: común, baby | 2600",
      "Yuca: criolla, armenia | 2900",
    ).map((kind) => ({ ...kind, weighed: true as const })),
  },
  {
    category: "Carnes y pescados",
    code: "CAR",
    appeal: 7,
    brands: ["empacado", "a granel", "madurado"],
    kinds: kinds(
      WEIGHED,
      EXEMPT,
      "Res: lomo fino, lomo ancho, molida especial, pecho, sobrebarriga, costilla, punta de anca | 31900",
      "Cerdo: lomo, costilla, chuleta, tocino, pernil | 21900",
      "Pollo: pechuga, pernil, alas, entero, muslos | 14900",
      "Pescado: tilapia, bagre, trucha, mojarra, basa | 23900",
    ).map((kind) => ({ ...kind, weighed: true as const })),
  },
];
