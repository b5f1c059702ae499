// @ts-check
// What the runtime of AWS Lambda does: it asks for the next call, runs the handler of a module, and sends the answer.
const api = `http://${process.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation`;
const { handler } = await import(String(process.argv[2]));

/**
 * @param {string} path
 * @param {unknown} body
 */
async function send(path, body) {
  await fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(body) });
}

for (;;) {
  const next = await fetch(`${api}/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id');
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
  const context = {
    awsRequestId: id,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  const event = await next.json();
  try {
    await send(`${id}/response`, await handler(event, context));
  } catch (error) {
    await send(`${id}/error`, { errorMessage: String(error) });
  }
}
