// The independent UCUM library behind a pipe: one JSON request a line in, one JSON answer a line out, in order.
//
//   {"value": 1, "from": "mg", "to": "ug"}   ->  {"status": "succeeded", "value": 1000, "message": ""}
//   {"validate": "mg/h"}                     ->  {"status": "valid", "code": "mg/h", "name": "...", "message": ""}
//
// A conversion's status is succeeded, failed (understood, no answer) or error (not understood); a unit's is valid,
// invalid or error. `value` and `code` are null unless the status is succeeded or valid. A message beside a success
// means that the library guessed: `assumed` is then true, and a test should not count it as agreement.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const ucum = require('@lhncbc/ucum-lhc').UcumLhcUtils.getInstance();

const sentence = (parts) => (parts ?? []).join(' ').replace(/\s+/g, ' ').trim();

function validate(unit) {
  const answer = ucum.validateUnitString(unit, false);
  const message = sentence(answer.msg);
  const valid = answer.status === 'valid';
  return {
    status: answer.status,
    code: valid ? answer.ucumCode : null,
    name: valid ? (answer.unit?.name ?? null) : null,
    message,
    assumed: valid && message !== '',
  };
}

function convert({ value, from, to }) {
  if (typeof value !== 'number') return { status: 'error', value: null, message: 'value is not a number', assumed: false };
  const answer = ucum.convertUnitTo(from, value, to);
  const message = sentence(answer.msg);
  const succeeded = answer.status === 'succeeded';
  return { status: answer.status, value: succeeded ? answer.toVal : null, message, assumed: succeeded && message !== '' };
}

function reply(line) {
  try {
    const request = JSON.parse(line);
    return 'validate' in request ? validate(request.validate) : convert(request);
  } catch (error) {
    return { status: 'error', value: null, message: String(error.message ?? error), assumed: false };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') process.stdout.write(`${JSON.stringify(reply(line))}\n`);
}
