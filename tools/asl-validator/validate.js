// Usage: node validate.js DIRECTORY_OF_NODE_MODULES DEFINITION...
//
// Reads definitions of state machines and prints what two validators say of them, as a JSON array of
// {file, line, rule, sentence}. AWS's own, of its toolkit for editors, says where, and knows which fields there are;
// asl-validator also reads paths and intrinsic functions. Neither finds all that the other does.
"use strict";

const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");

const [installed, ...files] = process.argv.slice(2);
const requireInstalled = createRequire(path.resolve(installed, "package.json"));
const { getLanguageService, TextDocument } = requireInstalled("amazon-states-language-service");
const validate = requireInstalled("asl-validator");
const service = getLanguageService({});

async function languageService(file, text) {
  const document = TextDocument.create(`file://${path.resolve(file)}`, "asl", 1, text);
  const found = await service.doValidation(document, service.parseJSONDocument(document), {});
  return found.map(({ range, message }) => ({
    file,
    line: range.start.line + 1,
    rule: "language-service",
    sentence: message,
  }));
}

function aslValidator(file, text) {
  let definition;
  try {
    definition = JSON.parse(text);
  } catch {
    // The language service says where it is not JSON.
    return [];
  }
  return validate(definition).errors.map((error) => ({
    file,
    line: null,
    rule: error["Error code"],
    sentence: error.Message,
  }));
}

async function main() {
  const found = [];
  for (const file of files) {
    const text = fs.readFileSync(file, "utf8");
    found.push(...(await languageService(file, text)), ...aslValidator(file, text));
  }
  process.stdout.write(JSON.stringify(found));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 2;
});
