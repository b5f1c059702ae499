// @ts-check
// What the functions framework of Google Cloud does with a function of HTTP: it is the handler of an Express application that
// has read the body.
import express from 'express';

const [, , module = '', target = ''] = process.argv;
const { [target]: handler } = await import(module);
const app = express();
app.use(express.json());
app.all('/', handler);
const server = app.listen(Number(process.env['PORT']), '127.0.0.1', () => {
  const address = server.address();
  console.log('listens', typeof address === 'object' ? address?.port : address);
});
