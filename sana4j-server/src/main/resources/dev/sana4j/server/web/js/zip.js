/** Writes a zip archive without compression: images are compressed already. */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return value;
});

function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** Returns the numbers as little-endian bytes; each is given with its size. */
function packed(...numbers) {
  const view = new DataView(new ArrayBuffer(numbers.reduce((sum, [, size]) => sum + size, 0)));
  let place = 0;
  for (const [value, size] of numbers) {
    if (size === 2) {
      view.setUint16(place, value, true);
    } else {
      view.setUint32(place, value, true);
    }
    place += size;
  }
  return new Uint8Array(view.buffer);
}

/** Returns the time in the format of zip: two seconds a step, from 1980. */
function stamp(date) {
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  const day = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  return [[time, 2], [day, 2]];
}

const UTF8_NAMES = 0x800;

/** Promises an archive of files, each with name and blob. */
export async function zip(files) {
  const parts = [];
  const directory = [];
  const encoder = new TextEncoder();
  let offset = 0;
  for (const { name, blob, date } of files) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const path = encoder.encode(name);
    const common = [
      [20, 2], [UTF8_NAMES, 2], [0, 2], ...stamp(date),
      [checksum(bytes), 4], [bytes.length, 4], [bytes.length, 4], [path.length, 2], [0, 2],
    ];
    const head = packed([0x04034b50, 4], ...common);
    parts.push(head, path, bytes);
    directory.push(packed([0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), path);
    offset += head.length + path.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = packed([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [offset, 4], [0, 2]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
