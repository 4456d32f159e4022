// Why there is no answer, in words for people.

const TEMPORARY = new Set([429, 503]);

export class Problem extends Error {
  constructor({ status = 0, code, title, detail, errors = [], retryAfter = null }) {
    super(detail);
    Object.assign(this, { status, code, title, detail, errors, retryAfter });
  }

  get temporary() {
    return TEMPORARY.has(this.status);
  }
}

export function unreachable() {
  return new Problem({
    code: "unreachable",
    title: "The service cannot be reached",
    detail: "No answer came. Is it still running?",
  });
}

export async function problemOf(answer) {
  const retryAfter = Number(answer.headers.get("Retry-After")) || null;
  try {
    const body = await answer.json();
    if (body.title && body.detail) return new Problem({ ...body, retryAfter });
  } catch {
    // Something between us and the service answered; its words are not for the analyst.
  }
  return new Problem({
    status: answer.status,
    code: "unexpected",
    title: "The service did not answer as it should",
    detail: `HTTP status ${answer.status}`,
    retryAfter,
  });
}
