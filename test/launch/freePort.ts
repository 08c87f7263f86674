import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (32,768 on Linux, 49,152 elsewhere): there a port may be
 * taken at any moment, and who tries again and again to reach one on which nobody listens may even get itself.
 */
const lowest = 10_240;
const highest = 32_767;
const attempts = 100;

/**
 * A TCP port that was free on the loopback address a moment ago. Nothing reserves it, so whoever uses it tries again
 * with another when the port was taken in between.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    const server = createServer();
    if (!(await listens(server, port))) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error(`None of ${attempts} ports from ${lowest} to ${highest} was free`);
}

async function listens(server: Server, port: number): Promise<boolean> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  }
}
