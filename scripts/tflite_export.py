"""Writes small float networks as .tflite files through the format itself.

The schema is the project's own (reference/model/tflite.fbs); flatc makes its Python classes in a
temporary folder. Layouts are TFLite's: activations NHWC, convolution weights [out, h, w, in],
depthwise weights [1, h, w, channels], dense weights [out, in].
"""

import importlib
import pathlib
import subprocess
import sys
import tempfile

import flatbuffers
import numpy as np

SCHEMA = pathlib.Path(__file__).parent.parent / "reference" / "model" / "tflite.fbs"


def _load_schema():
    folder = tempfile.mkdtemp(prefix="tflite_schema_")
    subprocess.run(
        ["flatc", "--python", "--gen-object-api", "--gen-onefile", "-o", folder, str(SCHEMA)],
        check=True)
    sys.path.insert(0, folder)
    return importlib.import_module(next(pathlib.Path(folder).glob("*.py")).stem)


S = _load_schema()


class Graph:
    """A float32 graph in the making. Every method returns the index of the tensor it adds."""

    def __init__(self, description):
        self.description = description
        self.tensors, self.ops, self.codes = [], [], []
        self.buffers = [S.BufferT()]
        self.inputs, self.outputs = [], []

    def _tensor(self, name, shape, dtype, buffer):
        tensor = S.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = name, list(shape), dtype, buffer
        tensor.hasRank = True
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def activation(self, name, shape):
        return self._tensor(name, shape, S.TensorType.FLOAT32, 0)

    def constant(self, name, array):
        array = np.ascontiguousarray(array)
        buffer = S.BufferT()
        buffer.data = np.frombuffer(array.tobytes(), dtype=np.uint8)
        self.buffers.append(buffer)
        kind = {"float32": S.TensorType.FLOAT32, "int32": S.TensorType.INT32}[str(array.dtype)]
        return self._tensor(name, array.shape, kind, len(self.buffers) - 1)

    def op(self, code, inputs, name, shape, options_type=0, options=None):
        if code not in self.codes:
            self.codes.append(code)
        op = S.OperatorT()
        op.opcodeIndex = self.codes.index(code)
        output = self.activation(name, shape)
        op.inputs, op.outputs = list(inputs), [output]
        op.builtinOptionsType, op.builtinOptions = options_type, options
        self.ops.append(op)
        return output

    def _shape(self, tensor):
        return list(self.tensors[tensor].shape)

    def _fill_window(self, options, stride, relu=False):
        options.padding = S.Padding.SAME
        options.strideW = options.strideH = stride
        options.fusedActivationFunction = (
            S.ActivationFunctionType.RELU if relu else S.ActivationFunctionType.NONE)
        return options

    def fake_quant(self, x, low, high, narrow_range=False):
        """Rounds to a grid of 8 bits over [low, high]."""
        options = S.FakeQuantOptionsT()
        options.min, options.max = low, high
        options.numBits, options.narrowRange = 8, narrow_range
        return self.op(S.BuiltinOperator.FAKE_QUANT, [x], self.tensors[x].name + "/fake_quant",
                       self._shape(x), S.BuiltinOptions.FakeQuantOptions, options)

    def _weights(self, name, weights, fake_quant):
        tensor = self.constant(name + "/weights", weights)
        if not fake_quant:
            return tensor
        largest = float(np.abs(weights).max())
        return self.fake_quant(tensor, -largest, largest, narrow_range=True)

    def conv(self, x, name, weights, bias, stride=1, fake_quant=False):
        """SAME convolution with ReLU; weights [out, h, w, in]."""
        batch, height, width, _ = self._shape(x)
        options = self._fill_window(S.Conv2DOptionsT(), stride, relu=True)
        options.dilationWFactor = options.dilationHFactor = 1
        inputs = [x, self._weights(name, weights, fake_quant),
                  self.constant(name + "/bias", bias)]
        shape = [batch, -(-height // stride), -(-width // stride), weights.shape[0]]
        return self.op(S.BuiltinOperator.CONV_2D, inputs, name, shape,
                       S.BuiltinOptions.Conv2DOptions, options)

    def depthwise(self, x, name, weights, bias, stride=1):
        """SAME depthwise convolution with ReLU; weights [1, h, w, channels]."""
        batch, height, width, channels = self._shape(x)
        options = self._fill_window(S.DepthwiseConv2DOptionsT(), stride, relu=True)
        options.depthMultiplier = 1
        options.dilationWFactor = options.dilationHFactor = 1
        inputs = [x, self.constant(name + "/weights", weights), self.constant(name + "/bias", bias)]
        shape = [batch, -(-height // stride), -(-width // stride), channels]
        return self.op(S.BuiltinOperator.DEPTHWISE_CONV_2D, inputs, name, shape,
                       S.BuiltinOptions.DepthwiseConv2DOptions, options)

    def max_pool(self, x, name):
        """2 x 2, stride 2."""
        batch, height, width, channels = self._shape(x)
        options = self._fill_window(S.Pool2DOptionsT(), 2)
        options.filterWidth = options.filterHeight = 2
        return self.op(S.BuiltinOperator.MAX_POOL_2D, [x], name,
                       [batch, height // 2, width // 2, channels],
                       S.BuiltinOptions.Pool2DOptions, options)

    def global_mean(self, x, name):
        batch, _, _, channels = self._shape(x)
        options = S.ReducerOptionsT()
        options.keepDims = False
        axes = self.constant(name + "/axes", np.array([1, 2], dtype=np.int32))
        return self.op(S.BuiltinOperator.MEAN, [x, axes], name, [batch, channels],
                       S.BuiltinOptions.ReducerOptions, options)

    def flatten(self, x, name):
        shape = [self._shape(x)[0], int(np.prod(self._shape(x)[1:]))]
        options = S.ReshapeOptionsT()
        options.newShape = shape
        target = self.constant(name + "/shape", np.array(shape, dtype=np.int32))
        return self.op(S.BuiltinOperator.RESHAPE, [x, target], name, shape,
                       S.BuiltinOptions.ReshapeOptions, options)

    def dense(self, x, name, weights, bias, relu, fake_quant=False):
        options = S.FullyConnectedOptionsT()
        options.fusedActivationFunction = (
            S.ActivationFunctionType.RELU if relu else S.ActivationFunctionType.NONE)
        inputs = [x, self._weights(name, weights, fake_quant),
                  self.constant(name + "/bias", bias)]
        return self.op(S.BuiltinOperator.FULLY_CONNECTED, inputs, name,
                       [self._shape(x)[0], weights.shape[0]],
                       S.BuiltinOptions.FullyConnectedOptions, options)

    def softmax(self, x, name):
        options = S.SoftmaxOptionsT()
        options.beta = 1.0
        return self.op(S.BuiltinOperator.SOFTMAX, [x], name, self._shape(x),
                       S.BuiltinOptions.SoftmaxOptions, options)

    def save(self, path):
        subgraph = S.SubGraphT()
        subgraph.name = "main"
        subgraph.tensors, subgraph.operators = self.tensors, self.ops
        subgraph.inputs, subgraph.outputs = self.inputs, self.outputs
        model = S.ModelT()
        model.version, model.description = 3, self.description
        model.subgraphs, model.buffers = [subgraph], self.buffers
        model.operatorCodes = []
        for code in self.codes:
            operator_code = S.OperatorCodeT()
            operator_code.builtinCode = code
            operator_code.deprecatedBuiltinCode = min(code, 127)
            # FAKE_QUANT knows narrow ranges from version 2 on.
            operator_code.version = 2 if code == S.BuiltinOperator.FAKE_QUANT else 1
            model.operatorCodes.append(operator_code)
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), b"TFL3")
        pathlib.Path(path).write_bytes(builder.Output())
