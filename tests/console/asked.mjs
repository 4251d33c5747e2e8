// Asking console and engine without a browser.

import { engine, origin, token } from './environment.mjs';

/** Asks the console as its page does, unless other headers are given. */
export function ask(path, { method = 'GET', body, headers = {} } = {}) {
  const own = { 'x-fare-console-token': token, origin, 'content-type': 'application/json' };
  return fetch(`${origin}${path}`, { method, body: body && JSON.stringify(body), headers: { ...own, ...headers } });
}

/** Asks the engine's Step Functions, as a client of AWS does. Local engines look at no signature. */
export async function stepFunctions(operation, input) {
  const answer = await fetch(engine, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0',
    },
  });
  const document = await answer.json();
  if (!answer.ok) {
    throw new Error(`${operation}: ${JSON.stringify(document)}`);
  }
  return document;
}

/** The machine that collects fares. */
export async function collection() {
  const { stateMachines } = await stepFunctions('ListStateMachines', {});
  const machines = stateMachines.map(({ stateMachineArn }) => stateMachineArn);
  return machines.find((arn) => !/recover/i.test(arn));
}

/** Does work for every item, so many at a time. */
export async function each(items, atATime, work) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}
