// Calls to the service.

import { askForKey, keyHeader } from "./key.js";
import { problemOf, unreachable } from "./problem.js";

const MOST_TRIES = 4;
const LONGEST_WAIT = 30;

export function scoreOne(request, options) {
  return call("/v1/score", request, options);
}

export function scoreBatch(request, options) {
  return call("/v1/score:batch", request, options);
}

export function describeModel(version) {
  return call(`/v1/models/${encodeURIComponent(version)}`);
}

// Tries again when the service says when to; `waiting(problem, seconds)` is told every second.
async function call(path, body, { signal, waiting = () => {} } = {}) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await answered(path, body, signal);
    } catch (problem) {
      if (!problem.temporary || tries === MOST_TRIES) throw problem;
      for (let left = Math.min(problem.retryAfter ?? tries, LONGEST_WAIT); left > 0; left -= 1) {
        waiting(problem, left);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        signal?.throwIfAborted();
      }
    }
  }
}

async function answered(path, body, signal) {
  for (;;) {
    const answer = await send(path, body, signal);
    if (answer.ok) return answer.json();
    const problem = await problemOf(answer);
    if (problem.status !== 401) throw problem;
    await askForKey();
    signal?.throwIfAborted();
  }
}

async function send(path, body, signal) {
  const headers = keyHeader();
  if (body) headers["Content-Type"] = "application/json";
  try {
    return await fetch(path, {
      method: body ? "POST" : "GET",
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal,
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : unreachable();
  }
}
