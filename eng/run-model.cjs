// NODE_PATH=FOLDER/node_modules node eng/run-model.cjs MODEL INPUTS OUTPUTS
// Runs a model in onnxruntime-node. INPUTS and OUTPUTS are JSON: an array of { name, type, dims, data }, data being the elements' bytes in base64.
const { readFileSync, writeFileSync } = require('fs');
const { InferenceSession, Tensor } = require('onnxruntime-node');

const arrays = { float32: Float32Array, int64: BigInt64Array };
const [model, inputs, outputs] = process.argv.slice(2);

function toTensor({ type, dims, data }) {
  const bytes = new Uint8Array(Buffer.from(data, 'base64'));
  return new Tensor(type, new arrays[type](bytes.buffer), dims);
}

async function run() {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const feeds = Object.fromEntries(JSON.parse(readFileSync(inputs)).map(input => [input.name, toTensor(input)]));
  const results = await session.run(feeds);
  writeFileSync(outputs, JSON.stringify(session.outputNames.map(name => {
    const { type, dims, data } = results[name];
    return { name, type, dims, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
  })));
}

run().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
