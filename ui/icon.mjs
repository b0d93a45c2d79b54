// Draws the icon of img/icon.svg as pixels, because home screens take no SVG everywhere. Shapes are on a grid of 32.
import { crc32, deflateSync } from "node:zlib";

const circle = (x, y, cx, cy, r) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r;

// bell is the dome, the sides and the flaring rim.
function bell(x, y) {
  if (y <= 12.5) return circle(x, y, 16, 12.5, 6.5);
  if (y <= 18) return Math.abs(x - 16) <= 6.5;
  if (y <= 21.5) return Math.abs(x - 16) <= 6.5 + ((y - 18) / 3.5) * 2.5;
  return y <= 23 && Math.abs(x - 16) <= 9;
}

const colour = (x, y) => (circle(x, y, 16, 25.5, 2.2) ? [255, 190, 46] : bell(x, y) ? [255, 255, 255] : [22, 46, 81]);

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

// icon is a square PNG without transparency, so that it serves as a maskable icon too; the bell keeps clear of the edges.
export function icon(size) {
  const fine = 4; // samples a pixel in each direction
  const rows = [];
  for (let py = 0; py < size; py++) {
    const row = Buffer.alloc(1 + size * 3);
    for (let px = 0; px < size; px++) {
      const sum = [0, 0, 0];
      for (let i = 0; i < fine * fine; i++) {
        const at = (p, k) => ((p + (k + 0.5) / fine) / size) * 32;
        colour(at(px, i % fine), at(py, Math.floor(i / fine))).forEach((c, k) => { sum[k] += c; });
      }
      sum.forEach((c, k) => { row[1 + px * 3 + k] = Math.round(c / (fine * fine)); });
    }
    rows.push(row);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
