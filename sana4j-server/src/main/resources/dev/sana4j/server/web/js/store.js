/** Images stored in this browser, oldest first; without IndexedDB nothing is stored. */
const MOST = 200;
const NAME = 'images';

function open(database) {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(NAME, { keyPath: 'id' });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

const images = open('sana4j');

async function change(opened, act) {
  const database = await opened;
  if (database === null) {
    return undefined;
  }
  return new Promise((resolve) => {
    const transaction = database.transaction(NAME, 'readwrite');
    const request = act(transaction.objectStore(NAME));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => resolve(undefined); // the disk is full: the image is not stored
    transaction.onerror = () => resolve(undefined);
  });
}

/** Promises all stored images; deletes the oldest beyond two hundred. */
export async function load() {
  const all = (await change(images, (store) => store.getAll())) ?? [];
  all.sort((a, b) => a.id - b.id);
  for (const old of all.splice(0, Math.max(0, all.length - MOST))) {
    await remove(old.id);
  }
  return all;
}

/** Stores an image. */
export const keep = (item) => change(images, (store) => store.put(item));

/** Deletes an image. */
export const remove = (id) => change(images, (store) => store.delete(id));

/** Deletes all images. */
export const clear = () => change(images, (store) => store.clear());

const FORMS = 'sana4j.form';
const ONE = 1;

/** Stores the form while the page loads again. */
export const keepForm = (form) => change(open(FORMS), (store) => store.put({ id: ONE, form }));

/** Promises the form that was stored, and deletes it; null if there is none. */
export async function takeForm() {
  const opened = open(FORMS);
  const stored = await change(opened, (store) => store.get(ONE));
  if (stored === undefined) {
    return null;
  }
  await change(opened, (store) => store.delete(ONE));
  return stored.form;
}
