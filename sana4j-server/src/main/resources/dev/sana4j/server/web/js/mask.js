const STRIPE = 6;
const EDGE = 2;
const DOT = 0.01;

function stripes() {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 2 * STRIPE;
  const context = tile.getContext('2d');
  context.fillStyle = 'rgb(255 255 255 / 62%)';
  context.fillRect(0, 0, tile.width, tile.height);
  context.strokeStyle = 'rgb(0 0 0 / 62%)';
  context.lineWidth = STRIPE;
  context.beginPath();
  for (const shift of [-2 * STRIPE, 0, 2 * STRIPE]) {
    context.moveTo(shift - STRIPE, 3 * STRIPE);
    context.lineTo(shift + 3 * STRIPE, -STRIPE);
  }
  context.stroke();
  return tile;
}

/**
 * The mask: strokes in pixels of the image. It is shown as black and white stripes with an outline of
 * both, which are seen on every image.
 */
export class Mask {
  /** Strokes, each with points; or 'invert'. */
  strokes = [];
  #painted = document.createElement('canvas');
  #shown = document.createElement('canvas');
  #scale = 1;
  #pattern = stripes();

  /** Makes an empty mask for an image that is shown at a scale. */
  constructor(width, height, scale) {
    this.width = width;
    this.height = height;
    this.#scale = scale;
    for (const canvas of [this.#painted, this.#shown]) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
  }

  /** Begins a stroke at a point. */
  begin(erasing, width, point) {
    this.strokes.push({ erasing, width, points: [point] });
    this.#line(this.strokes.at(-1), [point]);
    this.#show();
  }

  /** Extends the last stroke. */
  extend(point) {
    const stroke = this.strokes.at(-1);
    stroke.points.push(point);
    this.#line(stroke, stroke.points.slice(-2));
    this.#show();
  }

  /** Swaps inside and outside. */
  invert() {
    this.strokes.push('invert');
    this.#redraw();
  }

  /** Takes back the last stroke. */
  undo() {
    this.strokes.pop();
    this.#redraw();
  }

  /** Removes all strokes. */
  clear() {
    this.strokes = [];
    this.#redraw();
  }

  /** Draws strokes of a mask of another size, times a factor. */
  draw(strokes, factor) {
    this.strokes = strokes.map((stroke) =>
      stroke === 'invert'
        ? stroke
        : { ...stroke, width: stroke.width * factor, points: stroke.points.map(([x, y]) => [x * factor, y * factor]) },
    );
    this.#redraw();
  }

  /** Draws the mask over the image. */
  drawOn(context, x, y) {
    context.drawImage(this.#shown, x, y);
  }

  /** Returns the mask as a data URI in the size of the image: white where it is painted, black elsewhere. */
  uri() {
    const canvas = document.createElement('canvas');
    canvas.width = this.width;
    canvas.height = this.height;
    const context = canvas.getContext('2d');
    context.drawImage(this.#painted, 0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png');
  }

  #line(stroke, points) {
    const context = this.#painted.getContext('2d');
    context.globalCompositeOperation = stroke.erasing ? 'destination-out' : 'source-over';
    context.strokeStyle = '#000';
    context.lineWidth = stroke.width * this.#scale;
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(points[0][0] * this.#scale, points[0][1] * this.#scale);
    points.forEach(([x, y]) => context.lineTo(x * this.#scale, y * this.#scale));
    if (points.length === 1) {
      context.lineTo(points[0][0] * this.#scale + DOT, points[0][1] * this.#scale); // a line without length is not drawn
    }
    context.stroke();
  }

  #redraw() {
    const { width, height } = this.#painted;
    const context = this.#painted.getContext('2d');
    context.clearRect(0, 0, width, height);
    for (const stroke of this.strokes) {
      if (stroke === 'invert') {
        context.globalCompositeOperation = 'source-out';
        context.fillStyle = '#000';
        context.fillRect(0, 0, width, height);
      } else {
        this.#line(stroke, stroke.points);
      }
    }
    context.globalCompositeOperation = 'source-over';
    this.#show();
  }

  /** Makes the stripes and the outline: white around the mask, black around the white. */
  #show() {
    const context = this.#shown.getContext('2d');
    context.clearRect(0, 0, this.#shown.width, this.#shown.height);
    context.globalCompositeOperation = 'source-over';
    context.drawImage(this.#filled('#000', 2 * EDGE), 0, 0);
    context.drawImage(this.#filled('#fff', EDGE), 0, 0);
    context.globalCompositeOperation = 'destination-out';
    context.drawImage(this.#painted, 0, 0);
    context.globalCompositeOperation = 'source-over';
    context.drawImage(this.#filled(context.createPattern(this.#pattern, 'repeat'), 0), 0, 0);
  }

  /** Returns the mask in a colour or pattern, grown by a radius. */
  #filled(style, radius) {
    const { width, height } = this.#shown;
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    const directions = radius === 0 ? 1 : 8;
    for (let turn = 0; turn < directions; turn++) {
      const angle = (turn * Math.PI) / 4;
      context.drawImage(this.#painted, radius * Math.cos(angle), radius * Math.sin(angle));
    }
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = style;
    context.fillRect(0, 0, width, height);
    return canvas;
  }
}
