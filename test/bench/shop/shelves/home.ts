import { kinds, type Shelf } from "./kind.ts";

const LIQUID = [
  ["250 ml", 45],
  ["500 ml", 80],
  ["1 l", 140],
  ["2 l", 250],
  ["galón", 420],
] as const;
const CARE = [
  ["50 ml", 40],
  ["120 ml", 75],
  ["400 ml", 160],
  ["750 ml", 240],
] as const;
const UNITS = [
  ["x 1", 30],
  ["x 3", 80],
  ["x 6", 150],
  ["x 12", 280],
] as const;
const DOSES = [
  ["caja x 10", 45],
  ["caja x 30", 110],
  ["sobre x 4", 22],
  ["frasco x 60", 200],
] as const;

export const home: Shelf[] = [
  {
    category: "Aseo del hogar",
    code: "ASE",
    appeal: 6,
    brands: "Brillamax,Limpialdía,Aromar,Blancura,Casa Linda,Espumil,Fregón,Purísimo".split(","),
    kinds: [
      ...kinds(
        LIQUID,
        undefined,
        "Detergente líquido: floral, bebé, ropa oscura, limón, multiusos | 9900",
        "Lavaloza: limón, manzana, avena, uva, neutro | 7200",
        "Desinfectante: lavanda, pino, bebé, canela, limón, eucalipto | 6800",
        "Blanqueador: tradicional, lavanda, ropa de color | 3900",
        "Suavizante: primavera, aloe, brisa, bebé | 7900",
        "Limpiavidrios: clásico, antiempañante | 6500",
        "Cera: roja, neutra, blanca | 8300",
        "Jabón líquido: avena, coco, antibacterial, sábila | 8800",
      ),
      ...kinds(
        UNITS,
        undefined,
        "Papel higiénico: doble hoja, triple hoja, húmedo | 9800",
        "Servilletas: blancas, decoradas, cafetería | 4200",
        "Esponja: multiusos, metálica, doble cara | 2400",
        "Bolsa de basura: negra, blanca, verde, roja, con cierre | 4600",
        "Jabón de barra: azul, blanco, coco | 3100",
        "Ambientador: vainilla, cítrico, carro nuevo, bosque | 7700",
      ),
    ],
  },
  {
    category: "Cuidado personal",
    code: "CUI",
    appeal: 5,
    brands: "Natura Andes,Belisa,Suavelle,Dermía,Frescor,Piel Canela,Valentina,Hombre Urbano".split(","),
    kinds: [
      ...kinds(
        CARE,
        undefined,
        "Champú: anticaspa, romero, cabello seco, cabello graso, niños, keratina | 15900",
        "Acondicionador: romero, keratina, aguacate, rizos | 16900",
        "Crema corporal: almendras, avena, sábila, coco | 13900",
        "Desodorante: fresco, invisible, clínico, sin aroma | 12900",
        "Enjuague bucal: menta, sin alcohol, blanqueador | 14500",
        "Protector solar: facial, corporal, niños | 38900",
        "Gel: fijación fuerte, cera, efecto húmedo | 9900",
      ),
      ...kinds(
        UNITS,
        undefined,
        "Jabón de tocador: avena, coco, humectante, antibacterial | 4400",
        "Cepillo de dientes: suave, medio, niños, carbón | 6200",
        "Crema dental: triple acción, blanqueadora, niños, sensible | 6900",
        "Toallas higiénicas: nocturnas, normales, diarias | 7300",
        "Pañales: recién nacido, etapa 2, etapa 3, etapa 4, adulto | 24900",
        "Cuchilla de afeitar: dos hojas, tres hojas, cinco hojas | 7800",
      ),
    ],
  },
  {
    category: "Droguería",
    code: "DRO",
    appeal: 4,
    brands: "Farmandes,Laborvida,Genérica,Saludar,Bioquímica del Valle,Curativa,Remedium".split(","),
    kinds: kinds(
      DOSES,
      { kind: "excluded", rateBp: 0 },
      "Acetaminofén: 500 mg, 1 g, jarabe, gotas, efervescente | 6500",
      "Ibuprofeno: 200 mg, 400 mg, 600 mg, 800 mg, suspensión | 8800",
      "Naproxeno: 250 mg, 500 mg | 9200",
      "Loratadina: 10 mg, jarabe | 7400",
      "Cetirizina: 10 mg, gotas | 8100",
      "Omeprazol: 20 mg, 40 mg | 9900",
      "Diclofenaco: 50 mg, 75 mg, gel 1 % | 8300",
      "Vitamina C: 500 mg naranja, 500 mg mandarina, 1 g efervescente | 12900",
      "Suero oral: natural, coco, cereza, uva | 6900",
      "Alcohol: antiséptico, glicerinado | 5200",
      "Vendas: elásticas 2 pulgadas, elásticas 4 pulgadas, gasa, adhesivas | 4700",
      "Complejo B: tabletas, jarabe | 15900",
      "Hidróxido de aluminio: suspensión, masticable | 11200",
      "Losartán: 50 mg, 100 mg | 10800",
      "Metformina: 500 mg, 850 mg | 11900",
    ),
  },
];
