/**
 * Serves dist/ on this machine only. Any other static server, or none, does as well.
 */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import process from "node:process";
import { command, Failure, root } from "./run.mjs";

const HOST = "127.0.0.1";
const DEFAULT_PORT = 4827;
/** How many ports are tried from the wanted one on. */
const PORTS = 50;

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".hprof": "application/octet-stream",
  ".gz": "application/gzip",
};

/**
 * @param {{ folder?: string, port?: number }} [options] port 0 takes any free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ folder = join(root, "dist"), port = DEFAULT_PORT } = {}) {
  const server = createServer((request, response) => answer(folder, request, response));
  const taken = await listen(server, port);
  return {
    url: `http://localhost:${taken}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * @param {string} folder
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
function answer(folder, request, response) {
  const file = fileOf(folder, request.url ?? "/");
  if (request.method !== "GET" && request.method !== "HEAD") {
    // The page never sends anything; neither does this server take anything.
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
  } else if (file === null) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found");
  } else {
    response.writeHead(200, {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Content-Length": statSync(file).size,
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
    });
    if (request.method === "HEAD") response.end();
    else createReadStream(file).pipe(response);
  }
}

/**
 * The file that an address means; null when there is none inside the folder.
 * @param {string} folder @param {string} address
 */
function fileOf(folder, address) {
  let path;
  try {
    path = decodeURIComponent(address.split(/[?#]/, 1)[0] ?? "/");
  } catch {
    return null;
  }
  if (path.includes("\0")) return null;
  const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
  const inside = file.startsWith(folder + sep) && existsSync(file) && statSync(file).isFile();
  return inside ? file : null;
}

/**
 * Listens on the first free port from `port` on.
 * @param {import("node:http").Server} server @param {number} port
 * @returns {Promise<number>}
 */
async function listen(server, port) {
  for (let candidate = port; candidate < port + PORTS; candidate += 1) {
    const listening = await tryListen(server, candidate);
    if (listening) {
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : candidate;
    }
  }
  throw new Failure(`The ports from ${port} to ${port + PORTS - 1} are taken; choose with PORT.`);
}

/**
 * @param {import("node:http").Server} server @param {number} port
 * @returns {Promise<boolean>} false when the port is taken
 */
function tryListen(server, port) {
  return new Promise((resolve, reject) => {
    /** @param {NodeJS.ErrnoException} error */
    const failed = (error) => (error.code === "EADDRINUSE" ? resolve(false) : reject(error));
    server.once("error", failed);
    server.listen(port, HOST, () => {
      server.off("error", failed);
      resolve(true);
    });
  });
}

/** The port that PORT asks for, or the usual one. */
export function wantedPort() {
  const wanted = process.env["PORT"];
  if (wanted === undefined || wanted === "") return DEFAULT_PORT;
  const port = Number(wanted);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Failure(`PORT is ${wanted}, which is no port number.`);
}

await command(import.meta.url, async () => {
  const { url } = await serve({ port: wantedPort() });
  console.log(`Heapglass: ${url}`);
});
