// Finds card data in what is typed, before anything of it leaves the page. The rules are those of `fare-values`
// (card_data.rs), and both are held to the same cases (card-data.json there).

const FIELDS = ['cc', 'cvv', 'expirydate', 'cvc', 'pan', 'cardnumber', 'card_number', 'expiry'];
const GROUPINGS = [[4, 4, 4, 4], [4, 6, 5], [4, 6, 4], [4, 4, 4, 4, 3]];
const MOST_GROUPS = Math.max(...GROUPINGS.map((sizes) => sizes.length));
const SHORTEST = 13;
const LONGEST = 19;
const SHORTEST_LONG_GROUP = 4;
const MOST_LONG_GROUPS = 4;
const SEPARATORS = ' -_./';
// So many digits are no day, and the beginning of what may become a card's number.
const LONG = 7;
// A text or a number of JSON, also where the rest is none.
const TOKENS = /"(?:[^"\\]|\\.)*"?|-?\d[\d.eE+-]*/gs;
// A string of JSON, with the colon behind it where it is a name.
const STRINGS = /"(?:[^"\\]|\\.)*"(?:\s*:)?/gs;
// A name as it may stand where there is no JSON: in other quotes or in none, before a colon or an equals sign. A text that
// only speaks of `cc: …` looks the same, and is held back too until all of it can be read.
const NAMED = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${FIELDS.join('|')})(?=[^\\p{L}\\p{N}_,{}[\\]-]*[:=])`, 'iu');
const ESCAPES = /\\(?:u([0-9a-f]{4})|(.))/gis;
const ESCAPE_BEGUN = /\\(?:u[0-9a-f]{0,3})?$/i;
const EXPONENT = /[eE][+-]?\d*$/;
const UNREPEATED = '(a field name that is not repeated)';

/** The field of a typed input that holds card data, by its path; null where none does. */
export function cardData(text) {
  const tokens = text.match(TOKENS) ?? [];
  // Numbers as they were typed: as numbers, the last digits of long ones would be lost.
  const exact = text.replace(TOKENS, (token) => (token.startsWith('"') ? token : JSON.stringify(token)));
  let input;
  try {
    input = JSON.parse(exact);
  } catch {
    // What is no JSON yet has no paths.
    const plain = unescaped(text);
    return holdsCardNumber(text) || (plain !== text && holdsCardNumber(plain))
      || tokens.some(holdsAny) || NAMED.test(plain) ? 'input' : null;
  }
  // A field that is named twice is only seen once in what was read.
  return search(input, 'input') ?? (tokens.some(holdsAny) || namesField(text) ? 'input' : null);
}

/** Whether a long number ends here, so that more of it may follow. What is unfinished is not sent anywhere. */
export function endsInLongNumber(text) {
  // As it was typed, without the exponent that may still move its point, and as its escapes are read.
  const readings = [text, text.replace(EXPONENT, ''), unescaped(text.replace(ESCAPE_BEGUN, ''))];
  return readings.some((typed) => {
    // What stands in another string is another number.
    const last = typed.slice(typed.lastIndexOf('"') + 1);
    return endsInDigits(last) || endsInGroups(last);
  });
}

/** Whether it ends in a long number that is whole, or cut in any way by one separator at a time. */
function endsInDigits(text) {
  let digits = 0;
  let parted = false;
  for (let place = text.length - 1; place >= 0 && digits < LONG; place -= 1) {
    const isDigit = /\d/.test(text[place]);
    if (!isDigit && (parted || !SEPARATORS.includes(text[place]))) {
      return false;
    }
    parted = !isDigit;
    digits += isDigit ? 1 : 0;
  }
  return digits >= LONG;
}

/** Whether it ends in the first groups of a card number, whatever stands between and behind them. */
function endsInGroups(text) {
  const lengths = (text.match(/\d+/g) ?? []).slice(-MOST_GROUPS).map((group) => group.length);
  const grows = /\d/.test(text.slice(-1));
  return GROUPINGS.some((sizes) => sizes.some((size, place) => {
    const last = lengths.at(-1);
    const before = lengths.slice(-place - 1, -1);
    // The last group can go on, or another can follow.
    const fits = grows ? last <= size : last === size && place + 1 < sizes.length;
    return fits && before.length === place && before.every((length, at) => length === sizes[at])
      && before.reduce((sum, length) => sum + length, last) >= LONG;
  }));
}

/** A text with its escapes read. A quote that was escaped ends no string, and becomes another sign. */
function unescaped(text) {
  return text.replace(ESCAPES, (_, code, sign) => {
    const letter = sign ?? String.fromCharCode(parseInt(code, 16));
    return 'bfnrt'.includes(sign) ? '\n' : letter.replace('"', "'");
  });
}

/** Whether a text has a run of 13 to 19 digits that passes the Luhn check, whole or in groups. */
export function holdsCardNumber(text) {
  const runs = text.match(/\d+/g) ?? [];
  if (runs.join('').length < SHORTEST) {
    return false;
  }
  return runs.some(isCardNumber) || GROUPINGS.some((sizes) => isGrouped(runs, sizes)) || isCut(text);
}

function search(value, path) {
  if (typeof value === 'string') {
    return holdsAny(value) ? path : null;
  }
  if (Array.isArray(value)) {
    return first(value, (item) => search(item, path));
  }
  if (value === null || typeof value !== 'object') {
    return null;
  }
  return first(Object.entries(value), ([name, item]) => {
    const shown = /^[A-Za-z0-9_-]{1,64}$/.test(name) && !holdsCardNumber(name) ? name : UNREPEATED;
    const below = path === 'input' ? shown : `${path}.${shown}`;
    return FIELDS.includes(name.toLowerCase()) || holdsCardNumber(name) ? below : search(item, below);
  });
}

const first = (items, find) => items.reduce((found, item) => found ?? find(item), null);

/** A text or a number, as it was typed and as it is read. */
function holdsAny(token) {
  return holdsCardNumber(token) || holdsCardNumber(read(token));
}

function read(token) {
  if (!token.startsWith('"')) {
    return /[.eE]/.test(token) && Number.isFinite(Number(token)) ? String(Number(token)) : token;
  }
  try {
    return String(JSON.parse(token.length > 1 && token.endsWith('"') ? token : `${token}"`));
  } catch {
    return token;
  }
}

/** Whether JSON has a field for card data anywhere. */
function namesField(json) {
  const names = (json.match(STRINGS) ?? []).filter((string) => string.endsWith(':'));
  return names.some((name) => FIELDS.includes(read(name.replace(/\s*:$/, '')).toLowerCase()));
}

function isGrouped(runs, sizes) {
  return runs.some((_, start) => {
    const groups = runs.slice(start, start + sizes.length);
    return groups.length === sizes.length && groups.every((group, place) => group.length === sizes[place])
      && isCardNumber(groups.join(''));
  });
}

/** Whether neighbouring long groups of digits make a number that begins as an issuer's does. */
function isCut(text) {
  return text.split(/[^\d \-_./]/).filter((part) => part.length >= SHORTEST).some((part) => {
    const groups = part.split(/[ \-_./]/);
    return groups.some((_, start) => range(2, MOST_LONG_GROUPS).some((count) => {
      const some = groups.slice(start, start + count);
      const number = some.join('');
      return some.length === count && some.every((group) => group.length >= SHORTEST_LONG_GROUP)
        && isCardNumber(number) && beginsAsAnIssuers(number);
    }));
  });
}

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, place) => from + place);

function beginsAsAnIssuers(number) {
  const four = number.slice(0, 4);
  return '3456'.includes(number[0]) || (four >= '2221' && four <= '2720');
}

function isCardNumber(digits) {
  return digits.length >= SHORTEST && digits.length <= LONGEST && passesLuhn(digits);
}

function passesLuhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
