/** Style presets: the text around a prompt, and additions to the negative prompt. */
export const STYLES = {
  none: { wrap: (prompt) => prompt, avoid: '' },
  photo: {
    wrap: (prompt) => `${prompt}, photograph, natural light, sharp focus, fine detail`,
    avoid: 'drawing, painting, cartoon',
  },
  cinema: {
    wrap: (prompt) => `cinematic still of ${prompt}, film grain, dramatic light, shallow depth of field`,
    avoid: 'cartoon, flat light',
  },
  anime: { wrap: (prompt) => `anime illustration of ${prompt}, clean lines, vivid colors`, avoid: 'photograph' },
  watercolor: {
    wrap: (prompt) => `watercolor painting of ${prompt}, soft washes on textured paper`,
    avoid: 'photograph, hard edges',
  },
  oil: { wrap: (prompt) => `oil painting of ${prompt}, visible brush strokes, rich colors`, avoid: 'photograph' },
  sketch: { wrap: (prompt) => `pencil sketch of ${prompt}, hatching, white paper`, avoid: 'color, photograph' },
  render: { wrap: (prompt) => `3D render of ${prompt}, soft studio light, smooth materials`, avoid: 'flat, sketch' },
  pixel: { wrap: (prompt) => `pixel art of ${prompt}, limited palette, crisp pixels`, avoid: 'photograph, blur' },
  sticker: {
    wrap: (prompt) => `sticker of ${prompt}, thick white border, plain background`,
    avoid: 'photograph, clutter',
  },
};
