/** Data types of header entries (rpm's rpmTagType). */
export const headerType = {
  char: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  string: 6,
  binary: 7,
  stringArray: 8,
  i18nString: 9,
} as const;

export type HeaderType = (typeof headerType)[keyof typeof headerType];

export function isHeaderType(value: number): value is HeaderType {
  return value >= headerType.char && value <= headerType.i18nString;
}

export function isStringType(type: HeaderType): boolean {
  return type === headerType.string || type === headerType.stringArray || type === headerType.i18nString;
}

/** Bytes of one element, which is also its alignment; 0 for strings, which have no fixed size and alignment 1. */
export function elementBytes(type: HeaderType): number {
  switch (type) {
    case headerType.int16:
      return 2;
    case headerType.int32:
      return 4;
    case headerType.int64:
      return 8;
    default:
      return isStringType(type) ? 0 : 1;
  }
}

type Range = readonly [first: number, last: number];

/** The types of the tags that rpm 6.1 knows (comments of rpmtag.h); every other tag may have any type. */
const knownTypes: readonly (readonly [HeaderType, readonly Range[]])[] = [
  [headerType.char, one(1029)],
  [headerType.int16, one(1030, 1033)],
  [
    headerType.int32,
    [
      ...one(257, 277, 1003, 1006, 1028, 1034, 1037, 1048, 1080, 1106, 1112, 1114, 1116, 1119, 1134, 1158, 1161),
      ...one(1195, 5011, 5037, 5045, 5048, 5051, 5054, 5057, 5068, 5070, 5072, 5078, 5080, 5082, 5091, 5093, 5119),
      ...([
        [1008, 1009],
        [1045, 1046],
        [1051, 1053],
        [1068, 1069],
        [1095, 1096],
        [1127, 1129],
      ] satisfies Range[]),
      ...([
        [1140, 1141],
        [1143, 1145],
        [5017, 5027],
        [5032, 5033],
        [5084, 5085],
        [5107, 5108],
      ] satisfies Range[]),
      [5114, 5115],
    ],
  ],
  [
    headerType.int64,
    [
      [270, 271],
      [5008, 5009],
      [5112, 5113],
    ],
  ],
  [headerType.binary, [...one(63, 259, 1043, 1146), [261, 262], [267, 268], [1012, 1013]]],
  [
    headerType.string,
    [
      ...one(100, 266, 269, 273, 276, 1007, 1044, 1047, 1079, 1094, 1113, 1115, 1142, 1196, 5010, 5069, 5071, 5079),
      ...one(5081, 5092, 5096, 5109),
      ...([
        [278, 279],
        [1000, 1002],
        [1004, 1005],
        [1010, 1011],
        [1014, 1016],
        [1018, 1027],
      ] satisfies Range[]),
      ...([
        [1035, 1036],
        [1039, 1040],
        [1049, 1050],
        [1054, 1055],
        [1059, 1062],
        [1064, 1067],
      ] satisfies Range[]),
      ...([
        [1081, 1082],
        [1085, 1092],
        [1097, 1099],
        [1117, 1118],
        [1120, 1126],
        [1132, 1133],
      ] satisfies Range[]),
      ...([
        [1135, 1135],
        [1147, 1157],
        [1159, 1160],
        [5000, 5002],
        [5005, 5007],
        [5012, 5016],
      ] satisfies Range[]),
      ...([
        [5030, 5031],
        [5034, 5036],
        [5040, 5044],
        [5046, 5047],
        [5049, 5050],
        [5052, 5053],
      ] satisfies Range[]),
      ...([
        [5055, 5056],
        [5058, 5062],
        [5066, 5067],
        [5076, 5077],
        [5086, 5090],
      ] satisfies Range[]),
      ...([
        [5097, 5101],
        [5103, 5106],
        [5116, 5118],
        [5120, 5124],
      ] satisfies Range[]),
    ],
  ],
];

function one(...tags: readonly number[]): Range[] {
  return tags.map((tag): Range => [tag, tag]);
}

const typeOfTag: ReadonlyMap<number, HeaderType> = new Map(
  knownTypes.flatMap(([type, ranges]) =>
    ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => [first + i, type] as const)),
  ),
);

/** Whether a main header may hold this tag with this type: unknown tags may, string tags with every string type. */
export function isTypeOfTag(tag: number, type: HeaderType): boolean {
  const known = typeOfTag.get(tag);
  return known === undefined || known === type || (isStringType(known) && isStringType(type));
}
