/** Small values that the browser keeps; without storage they are forgotten with the page. */
const PREFIX = 'sana4j.';

/** Returns a stored value, or a default. */
export function recall(name, absent) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? absent : JSON.parse(text);
  } catch {
    return absent;
  }
}

/** Stores a value; null deletes it. */
export function remember(name, value) {
  try {
    if (value === null) {
      localStorage.removeItem(PREFIX + name);
    } else {
      localStorage.setItem(PREFIX + name, JSON.stringify(value));
    }
  } catch {
    // storage is full or switched off; the page works without it
  }
}
