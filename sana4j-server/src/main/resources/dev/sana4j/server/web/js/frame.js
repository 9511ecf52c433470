import { $ } from './dom.js';

const SIDES = ['left', 'top', 'right', 'bottom'];
const ROOM = 0.25;
const NEAR = 18;

/** The frame of an extended image: pixels to add on each side, dragged on the canvas or typed. */
export class Frame {
  #pixels = { left: 0, top: 0, right: 0, bottom: 0 };
  #room = 0;
  #drag = null;
  #draw;

  /** Takes the canvas, the step of sizes, and what draws it. */
  constructor(canvas, step, draw) {
    this.canvas = canvas;
    this.step = step;
    this.#draw = draw;
    for (const side of SIDES) {
      $(`side-${side}`).step = step;
      $(`side-${side}`).addEventListener('change', () => this.#type(side));
    }
  }

  /** Begins with an image, without additional pixels. */
  reset(width, height) {
    this.width = width;
    this.height = height;
    for (const side of SIDES) {
      this.#set(side, 0);
    }
    this.#fit();
  }

  /** Sets the added pixels to those of a frame of another size, times a factor. */
  add(pixels, factor) {
    for (const [side, count] of Object.entries(pixels)) {
      this.#set(side, Math.round((count * factor) / this.step) * this.step);
    }
    this.#fit();
  }

  /** Returns the added pixels, or null if there are none. */
  sides() {
    return SIDES.some((side) => this.#pixels[side] > 0) ? { ...this.#pixels } : null;
  }

  /** Returns the part of the plane that is shown, in pixels of the image. */
  view() {
    const { left, top, right, bottom } = this.#drag?.pixels ?? this.#pixels;
    const room = this.#room;
    return { x: -left - room, y: -top - room, width: left + this.width + right + 2 * room, height: top + this.height + bottom + 2 * room };
  }

  /** Returns the frame in pixels of the image. */
  box() {
    const { left, top, right, bottom } = this.#pixels;
    return { x: -left, y: -top, width: left + this.width + right, height: top + this.height + bottom };
  }

  /** Begins to drag the edges near a point; scale is screen pixels for a pixel of the image. */
  grab([x, y], event, scale) {
    const box = this.box();
    const reach = NEAR / scale;
    const near = { left: x < box.x + reach, top: y < box.y + reach, right: x > box.x + box.width - reach, bottom: y > box.y + box.height - reach };
    const sides = SIDES.filter((side) => near[side]);
    this.#drag = sides.length === 0 ? null : { sides, scale, x: event.clientX, y: event.clientY, pixels: { ...this.#pixels } };
  }

  /** Moves the dragged edges. */
  move(event) {
    if (this.#drag === null) {
      return;
    }
    const { sides, scale, pixels } = this.#drag;
    const right = (event.clientX - this.#drag.x) / scale;
    const down = (event.clientY - this.#drag.y) / scale;
    const outwards = { left: -right, right, top: -down, bottom: down };
    for (const side of sides) {
      this.#set(side, Math.round((pixels[side] + outwards[side]) / this.step) * this.step);
    }
    this.#draw();
  }

  /** Ends dragging. */
  release() {
    if (this.#drag !== null) {
      this.#drag = null;
      this.#fit();
      this.#draw();
    }
  }

  #type(side) {
    this.#set(side, Math.round(Number($(`side-${side}`).value)) || 0);
    this.#fit();
    this.#draw();
  }

  #set(side, pixels) {
    const most = 4 * Math.max(this.width, this.height);
    this.#pixels[side] = Math.max(0, Math.min(most, pixels));
    $(`side-${side}`).value = this.#pixels[side];
    const { width, height } = this.box();
    $('frame-size').textContent = `${width} × ${height} px`;
  }

  #fit() {
    const { width, height } = this.box();
    this.#room = Math.ceil(ROOM * Math.max(width, height));
  }
}
