import { $, toast } from './dom.js';
import { say } from './words.js';

const LEAST_AREA = 512 * 512;
const TINT = '#ff2e88';
const KEY_STEP = 0.02;

/** The input image, and the strokes of the mask that select the areas to regenerate. */
export class Painter {
  /** Strokes, each with points in pixels of the image; or 'invert'. */
  #strokes = [];
  #image = null;
  #mask = document.createElement('canvas');
  #erasing = false;
  #drawing = null;
  #cursor = null;
  #canvas = $('canvas');

  #strengthIsChosen = false;

  /** Takes the defaults of a model; calls change when the image is set or removed. */
  constructor({ width, height, strength }, change) {
    this.area = Math.max(width * height, LEAST_AREA);
    this.strength = strength;
    this.change = change;
    this.#listenToFiles();
    this.#listenToPointer();
    this.#listenToTools();
    this.#canvas.addEventListener('keydown', (event) => this.#key(event));
    this.#canvas.addEventListener('blur', () => {
      this.#cursor = null;
      this.#draw();
    });
  }

  /** Whether there is an input image. */
  get hasImage() {
    return this.#image !== null;
  }

  /** Returns the image and its mask as data URIs, or null; the mask is null if nothing is painted. */
  input() {
    if (this.#image === null) {
      return null;
    }
    const mask = this.#strokes.length === 0 ? null : this.#maskUri();
    return { image: this.#image.toDataURL('image/png'), mask, strength: Number($('strength').value) };
  }

  /** Opens an image file or blob. */
  async open(blob) {
    let bitmap;
    try {
      bitmap = await createImageBitmap(blob);
    } catch {
      toast(say('badImage'));
      return;
    }
    const scale = Math.min(1, Math.sqrt(this.area / (bitmap.width * bitmap.height)));
    const image = document.createElement('canvas');
    image.width = Math.max(1, Math.round(bitmap.width * scale));
    image.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = image.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, image.width, image.height);
    bitmap.close();
    for (const canvas of [this.#canvas, this.#mask]) {
      canvas.width = image.width;
      canvas.height = image.height;
    }
    this.#image = image;
    this.#strokes = [];
    $('input-image').open = true;
    this.#show();
    $('input-image').scrollIntoView({ block: 'nearest' });
  }

  /** Resets the strength to the suggested value. */
  resetStrength() {
    this.#strengthIsChosen = false;
    this.#suggestStrength();
  }

  /** Removes the image. */
  remove() {
    this.#image = null;
    this.#strokes = [];
    this.#show();
  }

  #show() {
    $('painter').hidden = this.#image === null;
    $('drop').hidden = this.#image !== null;
    this.#redraw();
    this.change();
  }

  #listenToFiles() {
    $('file').addEventListener('change', () => {
      if ($('file').files.length > 0) {
        this.open($('file').files[0]);
        $('file').value = '';
      }
    });
    document.addEventListener('paste', (event) => this.#take(event, event.clipboardData));
    document.addEventListener('dragover', (event) => event.preventDefault());
    document.addEventListener('drop', (event) => {
      event.preventDefault();
      this.#take(event, event.dataTransfer);
    });
  }

  #take(event, data) {
    const file = [...(data?.files ?? [])].find((each) => each.type.startsWith('image/'));
    if (file) {
      event.preventDefault();
      this.open(file);
    }
  }

  #listenToPointer() {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#begin(this.#point(event));
    });
    canvas.addEventListener('pointermove', (event) => {
      this.#cursor = this.#point(event);
      if (this.#drawing !== null) {
        this.#extend(this.#cursor);
      }
      this.#draw();
    });
    for (const end of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(end, () => (this.#drawing = null));
    }
    canvas.addEventListener('pointerleave', () => {
      this.#cursor = null;
      this.#draw();
    });
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * this.#canvas.width) / box.width,
      ((event.clientY - box.top) * this.#canvas.height) / box.height,
    ];
  }

  get #brush() {
    return (Number($('brush-size').value) / 100) * Math.max(this.#canvas.width, this.#canvas.height);
  }

  /** Suggests strength 1 for a mask, and the model's default without one, unless the user has chosen a value. */
  #suggestStrength() {
    if (!this.#strengthIsChosen) {
      $('strength').value = this.#strokes.length > 0 ? 1 : this.strength;
      $('strength-value').textContent = $('strength').value;
    }
  }

  #begin(point) {
    this.#drawing = { erasing: this.#erasing, width: this.#brush, points: [] };
    this.#strokes.push(this.#drawing);
    this.#suggestStrength();
    this.#extend(point);
    this.#draw();
  }

  #extend(point) {
    const points = this.#drawing.points;
    points.push(point);
    this.#line(this.#drawing, points.slice(-2));
  }

  #line(stroke, points) {
    const context = this.#mask.getContext('2d');
    context.globalCompositeOperation = stroke.erasing ? 'destination-out' : 'source-over';
    context.strokeStyle = TINT;
    context.lineWidth = stroke.width;
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(...points[0]);
    points.forEach((point) => context.lineTo(...point));
    context.stroke();
  }

  #listenToTools() {
    const choose = (erasing) => {
      this.#erasing = erasing;
      $('brush').setAttribute('aria-pressed', String(!erasing));
      $('eraser').setAttribute('aria-pressed', String(erasing));
    };
    $('strength').addEventListener('input', () => (this.#strengthIsChosen = true));
    $('brush').addEventListener('click', () => choose(false));
    $('eraser').addEventListener('click', () => choose(true));
    $('undo').addEventListener('click', () => this.#undo());
    $('invert').addEventListener('click', () => {
      this.#strokes.push('invert');
      this.#redraw();
    });
    $('clear-mask').addEventListener('click', () => {
      this.#strokes = [];
      this.#redraw();
    });
    $('remove-image').addEventListener('click', () => this.remove());
  }

  #undo() {
    this.#strokes.pop();
    this.#redraw();
  }

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (event.key === 'z' && (event.ctrlKey || event.metaKey)) {
      this.#undo();
    } else if (move || event.key === ' ') {
      const { width, height } = this.#canvas;
      const [x, y] = this.#cursor ?? [width / 2, height / 2];
      const step = KEY_STEP * Math.max(width, height);
      const [right, down] = move ?? [0, 0];
      this.#cursor = [
        Math.min(width, Math.max(0, x + right * step)),
        Math.min(height, Math.max(0, y + down * step)),
      ];
      if (!move) {
        this.#begin(this.#cursor);
        this.#drawing = null;
      }
    } else {
      return;
    }
    event.preventDefault();
    this.#draw();
  }

  /** Draws the mask from its strokes. */
  #redraw() {
    const context = this.#mask.getContext('2d');
    context.clearRect(0, 0, this.#mask.width, this.#mask.height);
    for (const stroke of this.#strokes) {
      if (stroke === 'invert') {
        context.globalCompositeOperation = 'source-out';
        context.fillStyle = TINT;
        context.fillRect(0, 0, this.#mask.width, this.#mask.height);
      } else {
        this.#line(stroke, stroke.points);
      }
    }
    context.globalCompositeOperation = 'source-over';
    this.#suggestStrength();
    this.#draw();
  }

  #draw() {
    if (this.#image === null) {
      return;
    }
    const context = this.#canvas.getContext('2d');
    context.drawImage(this.#image, 0, 0);
    context.globalAlpha = 0.6;
    context.drawImage(this.#mask, 0, 0);
    context.globalAlpha = 1;
    if (this.#cursor !== null) {
      const thin = this.#canvas.width / Math.max(1, this.#canvas.clientWidth);
      for (const [colour, width] of [['#000', 3], ['#fff', 1]]) {
        context.strokeStyle = colour;
        context.lineWidth = width * thin;
        context.beginPath();
        context.arc(...this.#cursor, this.#brush / 2, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  }

  /** Returns the mask as a data URI: white where it is painted, black elsewhere. */
  #maskUri() {
    const canvas = document.createElement('canvas');
    canvas.width = this.#mask.width;
    canvas.height = this.#mask.height;
    const context = canvas.getContext('2d');
    context.drawImage(this.#mask, 0, 0);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png');
  }
}
