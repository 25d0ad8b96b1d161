#!/usr/bin/python3
"""Trains the float models of configs/mnist and writes them as .tflite files with their logs.

Usage: scripts/train_mnist.py [--data DIRECTORY] [--only NAME] [--epochs N]

Not needed to build or test: the models are committed. Needs the system's packages python3-torch,
python3-numpy, python3-flatbuffers and flatbuffers-compiler, and all of MNIST
(scripts/fetch_mnist.sh). Seeded; another version of PyTorch may give other weights of the same
quality. Input of all models: float [1, 28, 28, 1], pixel / 255, in [0, 1].

  mnist_conv       conv, pool, conv, pool, dense, dense, softmax: the kind of net of the tutorials.
  mnist_depthwise  depthwise-separable with batch normalisation folded into the weights. The
                   normalisations' gammas start spread over two decades, as those of long-trained
                   MobileNets end up, so the folded channels differ much in size and one scale for
                   a whole weight tensor serves the small ones badly.
  mnist_conv_qat   (--qat) mnist_conv trained with quantization simulated: FAKE_QUANT operators on
                   the input, the weights and the layers' outputs stay in the file.
"""

import argparse
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import tflite_export

TOP = pathlib.Path(__file__).parent.parent
SEED = 20240229


def load_split(folder, split):
    images = np.fromfile(folder / f"{split}-images-idx3-ubyte", dtype=np.uint8)[16:]
    labels = np.fromfile(folder / f"{split}-labels-idx1-ubyte", dtype=np.uint8)[8:]
    images = torch.from_numpy(images.reshape(-1, 1, 28, 28).astype(np.float32) / np.float32(255))
    return images, torch.from_numpy(labels.astype(np.int64))


def same_padding(x, kernel, stride):
    """TFLite's SAME: what is left over goes to the bottom and the right."""
    size = x.shape[-1]
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return F.pad(x, (total // 2, total - total // 2) * 2)


def ohwi(weights):
    return weights.detach().permute(0, 2, 3, 1).numpy()


class ConvNet(nn.Module):
    name = "mnist_conv"

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.dense1 = nn.Linear(7 * 7 * 32, 64)
        self.dense2 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.permute(0, 2, 3, 1).flatten(1)  # TFLite flattens height, width, channel
        x = F.dropout(F.relu(self.dense1(x)), 0.4, self.training)
        return self.dense2(x)

    def export(self, graph, x):
        x = graph.conv(x, "conv1", ohwi(self.conv1.weight), self.conv1.bias.detach().numpy())
        x = graph.max_pool(x, "pool1")
        x = graph.conv(x, "conv2", ohwi(self.conv2.weight), self.conv2.bias.detach().numpy())
        x = graph.max_pool(x, "pool2")
        x = graph.flatten(x, "flatten")
        for name, layer, relu in (("dense1", self.dense1, True), ("logits", self.dense2, False)):
            x = graph.dense(x, name, layer.weight.detach().numpy(), layer.bias.detach().numpy(),
                            relu)
        return graph.softmax(x, "probabilities")


class FakeQuant(torch.autograd.Function):
    """Rounds to the grid of `levels` steps over [low, high]; the gradient passes inside it."""

    @staticmethod
    def forward(ctx, x, low, high, levels):
        ctx.save_for_backward((x >= low) & (x <= high))
        scale = (high - low) / levels
        zero = torch.round(-low / scale)
        return (torch.clamp(torch.round(x / scale) + zero, 0, levels) - zero) * scale

    @staticmethod
    def backward(ctx, gradient):
        return gradient * ctx.saved_tensors[0], None, None, None


class ActivationQuant(nn.Module):
    """Eight bits over a moving average of the batches' minimum and maximum."""

    def __init__(self):
        super().__init__()
        self.register_buffer("low", torch.zeros(()))
        self.register_buffer("high", torch.zeros(()))

    def forward(self, x):
        if self.training:
            low, high = x.detach().min().clamp(max=0), x.detach().max().clamp(min=1e-3)
            keep = 0.99 if self.high > 0 else 0.0
            self.low.mul_(keep).add_(low * (1 - keep))
            self.high.mul_(keep).add_(high * (1 - keep))
        return FakeQuant.apply(x, self.low, self.high, 255)

    def export(self, graph, x):
        return graph.fake_quant(x, float(self.low), float(self.high))


class QatConvNet(ConvNet):
    name = "mnist_conv_qat"

    def __init__(self):
        super().__init__()
        self.quants = nn.ModuleDict({name: ActivationQuant() for name in
                                     ("image", "conv1", "conv2", "dense1", "dense2")})

    @staticmethod
    def weights(layer):
        largest = layer.weight.detach().abs().max()
        return FakeQuant.apply(layer.weight, -largest, largest, 254)

    def forward(self, x):
        quants = self.quants
        x = quants["image"](x)
        for layer in ("conv1", "conv2"):
            conv = getattr(self, layer)
            x = F.relu(F.conv2d(x, self.weights(conv), conv.bias, padding=1))
            x = F.max_pool2d(quants[layer](x), 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        x = F.relu(F.linear(x, self.weights(self.dense1), self.dense1.bias))
        x = F.dropout(quants["dense1"](x), 0.4, self.training)
        return quants["dense2"](F.linear(x, self.weights(self.dense2), self.dense2.bias))

    def export(self, graph, x):
        quants = self.quants
        x = quants["image"].export(graph, x)
        for i, layer in enumerate(("conv1", "conv2")):
            conv = getattr(self, layer)
            x = graph.conv(x, layer, ohwi(conv.weight), conv.bias.detach().numpy(),
                           fake_quant=True)
            x = graph.max_pool(quants[layer].export(graph, x), f"pool{i + 1}")
        x = graph.flatten(x, "flatten")
        for name, key, relu in (("dense1", "dense1", True), ("logits", "dense2", False)):
            dense = getattr(self, key)
            x = graph.dense(x, name, dense.weight.detach().numpy(), dense.bias.detach().numpy(),
                            relu, fake_quant=True)
            x = quants[key].export(graph, x)
        return graph.softmax(x, "probabilities")


class ConvBlock(nn.Module):
    """SAME convolution, batch normalisation, ReLU."""

    def __init__(self, name, inputs, outputs, kernel, stride, depthwise=False):
        super().__init__()
        self.name, self.kernel, self.stride, self.is_depthwise = name, kernel, stride, depthwise
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False,
                              groups=inputs if depthwise else 1)
        self.norm = nn.BatchNorm2d(outputs)
        if depthwise:
            with torch.no_grad():
                self.norm.weight.copy_(10 ** (2 * torch.rand(outputs) - 1))

    def forward(self, x):
        return F.relu(self.norm(self.conv(same_padding(x, self.kernel, self.stride))))

    def folded(self):
        """y = gamma (w x - mean) / sqrt(var + eps) + beta as one convolution."""
        factor = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        weights = self.conv.weight * factor[:, None, None, None]
        bias = self.norm.bias - self.norm.running_mean * factor
        return weights.detach(), bias.detach().numpy()

    def export(self, graph, x):
        weights, bias = self.folded()
        if self.is_depthwise:
            return graph.depthwise(x, self.name, weights.permute(1, 2, 3, 0).numpy(), bias,
                                   self.stride)
        return graph.conv(x, self.name, ohwi(weights), bias, self.stride)


class DepthwiseNet(nn.Module):
    name = "mnist_depthwise"

    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(
            ConvBlock("conv", 1, 16, 3, 2),
            ConvBlock("depthwise1", 16, 16, 3, 1, depthwise=True),
            ConvBlock("pointwise1", 16, 32, 1, 1),
            ConvBlock("depthwise2", 32, 32, 3, 2, depthwise=True),
            ConvBlock("pointwise2", 32, 64, 1, 1),
            ConvBlock("depthwise3", 64, 64, 3, 1, depthwise=True),
            ConvBlock("pointwise3", 64, 64, 1, 1))
        self.dense = nn.Linear(64, 10)

    def forward(self, x):
        return self.dense(self.blocks(x).mean(dim=(2, 3)))

    def export(self, graph, x):
        for block in self.blocks:
            x = block.export(graph, x)
        x = graph.global_mean(x, "mean")
        x = graph.dense(x, "logits", self.dense.weight.detach().numpy(),
                        self.dense.bias.detach().numpy(), relu=False)
        return graph.softmax(x, "probabilities")


def accuracy(net, images, labels):
    net.eval()
    with torch.no_grad():
        correct = sum(int((net(images[i:i + 1000]).argmax(1) == labels[i:i + 1000]).sum())
                      for i in range(0, len(images), 1000))
    return correct / len(images)


def shifted(batch):
    """Each batch moved by up to two pixels: a little augmentation."""
    dx, dy = (int(v) for v in torch.randint(-2, 3, (2,)))
    return torch.roll(batch, (dy, dx), (2, 3))


def train(net, train_set, test_set, epochs, log):
    images, labels = train_set
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    steps = epochs * (len(images) // 100)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, total_steps=steps)
    for epoch in range(epochs):
        net.train()
        order = torch.randperm(len(images))
        total_loss = 0.0
        for i in range(0, len(images) - 99, 100):
            batch = order[i:i + 100]
            loss = F.cross_entropy(net(shifted(images[batch])), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total_loss += float(loss)
        log(f"epoch {epoch + 1:2d}  loss {total_loss / (len(images) // 100):.4f}  "
            f"test top-1 {100 * accuracy(net, *test_set):.2f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="build/mnist", type=pathlib.Path)
    parser.add_argument("--only", help="train only the model of this name")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--qat", action="store_true",
                        help="train mnist_conv_qat instead of the others")
    args = parser.parse_args()
    train_set, test_set = load_split(args.data, "train"), load_split(args.data, "t10k")
    for net_class in (QatConvNet,) if args.qat else (ConvNet, DepthwiseNet):
        if args.only in (None, net_class.name):
            torch.manual_seed(SEED)
            lines = [f"{net_class.name}: seed {SEED}, PyTorch {torch.__version__}, Adam, one-cycle "
                     f"to 6e-3, batches of 100, {args.epochs} epochs"]

            def log(line):
                lines.append(line)
                print(line, flush=True)

            net = net_class()
            train(net, train_set, test_set, args.epochs, log)
            net.eval()
            graph = tflite_export.Graph(f"Quantgate demo model {net_class.name}")
            x = graph.activation("image", [1, 28, 28, 1])
            graph.inputs = [x]
            graph.outputs = [net.export(graph, x)]
            folder = TOP / "configs" / "mnist"
            graph.save(folder / f"{net_class.name}.tflite")
            (folder / f"{net_class.name}.log").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
