import { $, toast } from './dom.js';
import { Frame } from './frame.js';
import { Mask } from './mask.js';
import { say } from './words.js';

const LEAST_AREA = 512 * 512;
const SHOWN_SIDE = 640;
const KEY_STEP = 0.02;

/** The input image: a mask that selects the areas to regenerate, or a frame into which it is extended. */
export class Painter {
  #image = null;
  #blob = null;
  #mask = null;
  #frame;
  #scale = 1;
  #erasing = false;
  #painting = false;
  #cursor = null;
  #canvas = $('canvas');
  #strengthIsChosen = false;
  #extending = false;

  /** Takes the model; calls change when the image or what is done with it changes. */
  constructor(model, change) {
    const { width, height, strength } = model.defaults;
    this.area = Math.max(width * height, LEAST_AREA);
    this.strength = strength;
    this.change = change;
    this.#frame = new Frame(this.#canvas, model.size_step, () => this.#draw());
    $('modes').hidden = !model.features.outpainting;
    this.#listenToPointer();
    this.#listenToTools();
    this.#canvas.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('theme', () => this.#draw()); // the frame has its colours
    this.#canvas.addEventListener('blur', () => {
      this.#cursor = null;
      this.#draw();
    });
  }

  /** Whether there is an input image. */
  get hasImage() {
    return this.#image !== null;
  }

  /** Whether the image is extended. */
  get isExtending() {
    return this.#image !== null && this.#extending;
  }

  /** Returns image, mask, strength and frame, or null; the mask is null if nothing is painted. */
  input() {
    if (this.#image === null) {
      return null;
    }
    const image = this.#image.toDataURL('image/png');
    if (this.#extending) {
      return { image, mask: null, strength: 1, outpaint: this.#frame.sides() };
    }
    const mask = this.#mask.strokes.length === 0 ? null : this.#mask.uri();
    return { image, mask, strength: Number($('strength').value), outpaint: null };
  }

  /** Returns what restore needs to show the same image and mask again, or null. */
  state() {
    if (this.#image === null) {
      return null;
    }
    const strength = this.#strengthIsChosen ? $('strength').value : null;
    const { width, strokes } = this.#mask;
    return { blob: this.#blob, extending: this.#extending, sides: this.#frame.sides(), strength, width, strokes };
  }

  /** Shows the image and the mask of a state, which may come from another model. */
  async restore({ blob, extending, sides, strength, width, strokes }) {
    await this.open(blob, extending);
    if (this.#image === null) {
      return;
    }
    this.#mask.draw(strokes, this.#mask.width / width);
    this.#frame.add(sides ?? {}, this.#mask.width / width);
    this.#strengthIsChosen = strength !== null;
    $('strength').value = strength ?? $('strength').value;
    this.#suggestStrength();
    $('strength-value').textContent = $('strength').value;
    this.#draw();
  }

  /** Opens an image file or blob, to change or to extend it. */
  async open(blob, extending = false) {
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
    this.#image = image;
    this.#blob = blob;
    this.#scale = Math.max(1, SHOWN_SIDE / Math.max(image.width, image.height));
    this.#mask = new Mask(image.width, image.height, this.#scale);
    this.#frame.reset(image.width, image.height);
    $('input-image').open = true;
    this.#setExtending(extending);
    $('prompt').scrollIntoView({ block: 'nearest' });
  }

  /** Resets the strength to the suggested value. */
  resetStrength() {
    this.#strengthIsChosen = false;
    this.#suggestStrength();
  }

  /** Removes the image. */
  remove() {
    this.#image = null;
    this.#blob = null;
    this.#show();
  }

  #setExtending(extending) {
    this.#extending = extending && !$('modes').hidden;
    document.querySelector(`input[name=mode][value=${this.#extending ? 'extend' : 'paint'}]`).checked = true;
    this.#canvas.dataset.wordLabel = this.#extending ? 'frame' : 'canvas';
    this.#canvas.setAttribute('aria-label', say(this.#canvas.dataset.wordLabel));
    this.#show();
  }

  #show() {
    $('painter').hidden = this.#image === null;
    $('drop').hidden = this.#image !== null;
    $('mask-tools').hidden = this.#extending;
    $('frame-tools').hidden = !this.#extending;
    this.#suggestStrength();
    this.#draw();
    this.change();
  }

  #listenToPointer() {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (this.#extending) {
        this.#frame.grab(this.#point(event), event, this.#view.zoom);
      } else {
        this.#painting = true;
        this.#begin(this.#point(event));
      }
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.#extending) {
        this.#frame.move(event);
        return;
      }
      this.#cursor = this.#point(event);
      if (this.#painting) {
        this.#mask.extend(this.#cursor);
      }
      this.#draw();
    });
    for (const end of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(end, () => {
        this.#painting = false;
        this.#frame.release();
      });
    }
    canvas.addEventListener('pointerleave', () => {
      this.#cursor = null;
      this.#draw();
    });
  }

  /** Returns the part of the plane on the canvas, in pixels of the image, and how large a pixel is on the screen. */
  get #view() {
    const part = this.#extending
      ? this.#frame.view()
      : { x: 0, y: 0, width: this.#image.width, height: this.#image.height };
    return { ...part, zoom: this.#canvas.getBoundingClientRect().width / part.width };
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    const { x, y, zoom } = this.#view;
    return [x + (event.clientX - box.left) / zoom, y + (event.clientY - box.top) / zoom];
  }

  get #brush() {
    return (Number($('brush-size').value) / 100) * Math.max(this.#image.width, this.#image.height);
  }

  /** Suggests strength 1 for a mask, and the model's default without one, unless the user has chosen a value. */
  #suggestStrength() {
    if (!this.#strengthIsChosen) {
      $('strength').value = (this.#mask?.strokes.length ?? 0) > 0 ? 1 : this.strength;
      $('strength-value').textContent = $('strength').value;
    }
  }

  #begin(point) {
    this.#mask.begin(this.#erasing, this.#brush, point);
    this.#suggestStrength();
    this.#draw();
  }

  #listenToTools() {
    const choose = (erasing) => {
      this.#erasing = erasing;
      $('brush').setAttribute('aria-pressed', String(!erasing));
      $('eraser').setAttribute('aria-pressed', String(erasing));
    };
    const change = (act) => () => {
      act();
      this.#suggestStrength();
      this.#draw();
    };
    $('strength').addEventListener('input', () => (this.#strengthIsChosen = true));
    $('brush').addEventListener('click', () => choose(false));
    $('eraser').addEventListener('click', () => choose(true));
    $('undo').addEventListener('click', change(() => this.#mask.undo()));
    $('invert').addEventListener('click', change(() => this.#mask.invert()));
    $('clear-mask').addEventListener('click', change(() => this.#mask.clear()));
    $('remove-image').addEventListener('click', () => this.remove());
    $('modes').addEventListener('change', (event) => this.#setExtending(event.target.value === 'extend'));
  }

  #key(event) {
    if (this.#extending) {
      return;
    }
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (event.key === 'z' && (event.ctrlKey || event.metaKey)) {
      this.#mask.undo();
      this.#suggestStrength();
    } else if (event.key === '[' || event.key === ']') {
      $('brush-size').value = Number($('brush-size').value) + (event.key === ']' ? 2 : -2);
    } else if (move || event.key === ' ') {
      const { width, height } = this.#image;
      const [x, y] = this.#cursor ?? [width / 2, height / 2];
      const step = KEY_STEP * Math.max(width, height);
      const [right, down] = move ?? [0, 0];
      this.#cursor = [
        Math.min(width, Math.max(0, x + right * step)),
        Math.min(height, Math.max(0, y + down * step)),
      ];
      if (!move) {
        this.#begin(this.#cursor);
      }
    } else {
      return;
    }
    event.preventDefault();
    this.#draw();
  }

  #draw() {
    if (this.#image === null) {
      return;
    }
    if (this.#extending) {
      this.#drawFrame();
      return;
    }
    const scale = this.#scale;
    const context = this.#sized(this.#image.width * scale, this.#image.height * scale);
    context.drawImage(this.#image, 0, 0, this.#canvas.width, this.#canvas.height);
    this.#mask.drawOn(context, 0, 0);
    if (this.#cursor !== null) {
      for (const [colour, width] of [['#000', 5], ['#fff', 2]]) {
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.beginPath();
        context.arc(this.#cursor[0] * scale, this.#cursor[1] * scale, (this.#brush * scale) / 2, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  }

  #drawFrame() {
    const { x, y, width, height } = this.#frame.view();
    const scale = SHOWN_SIDE / Math.max(width, height);
    const context = this.#sized(width * scale, height * scale);
    const style = getComputedStyle(this.#canvas);
    const box = this.#frame.box();
    const place = [(box.x - x) * scale, (box.y - y) * scale, box.width * scale, box.height * scale];
    context.fillStyle = style.getPropertyValue('--raised');
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.fillStyle = style.getPropertyValue('--surface');
    context.fillRect(...place);
    context.drawImage(this.#image, -x * scale, -y * scale, this.#image.width * scale, this.#image.height * scale);
    context.strokeStyle = style.getPropertyValue('--accent');
    context.lineWidth = 4;
    context.setLineDash([14, 8]);
    context.strokeRect(...place);
    context.setLineDash([]);
    context.fillStyle = style.getPropertyValue('--accent');
    const [left, top, wide, high] = place;
    for (const [handleX, handleY, along] of [[left, top + high / 2, 0], [left + wide, top + high / 2, 0], [left + wide / 2, top, 1], [left + wide / 2, top + high, 1]]) {
      const [w, h] = along ? [64, 14] : [14, 64];
      context.beginPath();
      context.roundRect(handleX - w / 2, handleY - h / 2, w, h, 7);
      context.fill();
    }
  }

  #sized(width, height) {
    const [wide, high] = [Math.round(width), Math.round(height)];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      this.#canvas.width = wide;
      this.#canvas.height = high;
    }
    return this.#canvas.getContext('2d');
  }
}
