// Asking the console. Every question has the token of this start, which came behind the # of the address that was printed.

const KEPT = 'fare-console-token';

/** Keeps the token that the address has, and takes it out of there, so that it is not passed on with a copied one. */
export function takeToken() {
  const given = location.hash.match(/^#token=([0-9a-f]+)$/);
  if (given === null) {
    return false;
  }
  localStorage.setItem(KEPT, given[1]);
  history.replaceState(null, '', '#/');
  return true;
}

/** The token that is kept. */
export const token = () => localStorage.getItem(KEPT) ?? '';

const headers = () => ({ 'x-fare-console-token': token() });

/** Asks for a document. Fails with the console's sentence. */
export const get = (path) => answered(fetch(path, { headers: headers() }));

/** Asks for something to be done. */
export function post(path, body = {}) {
  const options = { method: 'POST', headers: { ...headers(), 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return answered(fetch(path, options));
}

async function answered(asked) {
  let answer;
  try {
    answer = await asked;
  } catch {
    throw new Error('the console does not answer: does it still run?');
  }
  const document = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Error(document.error ?? `the console answered ${answer.status}`);
  }
  return document;
}

/** A drawing, as nodes. The browser reads it as a document of its own; it never is text of this page. */
export function drawing(path) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', path);
    request.responseType = 'document';
    request.setRequestHeader('x-fare-console-token', token());
    request.onload = () => {
      const root = request.status === 200 ? request.responseXML?.documentElement : null;
      return root ? resolve(document.importNode(root, true)) : reject(new Error('the state machine cannot be drawn'));
    };
    request.onerror = () => reject(new Error('the console does not answer'));
    request.send();
  });
}
