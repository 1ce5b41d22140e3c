// The frames of the WebSocket stand in `x-client-frames` and `x-server-frames` of its operation, as no body is made of
// them. Told so, the linter checks these schemas and follows their references like all others.
export default function frames() {
  const schemas = { properties: {}, items: 'Schema' };
  return {
    id: 'frames',
    typeExtension: {
      oas3(types) {
        const { Operation } = types;
        const properties = { ...Operation.properties, 'x-client-frames': 'Frames', 'x-server-frames': 'Frames' };
        return { ...types, Frames: schemas, Operation: { ...Operation, properties } };
      },
    },
  };
}
