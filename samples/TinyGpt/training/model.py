"""The network. Module names are the parameter names of tiny-gpt.onnx, so renaming one renames weights of the model."""

import math

import torch
from torch import nn
from torch.nn import functional

LAYERS = 4
WIDTH = 256
HEADS = 4
CONTEXT = 128
MASKED = -1e9


class CausalSelfAttention(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.c_attn = nn.Linear(WIDTH, 3 * WIDTH)
        self.c_proj = nn.Linear(WIDTH, WIDTH)
        # Not a buffer: one tensor for all blocks becomes one constant in the exported graph, a buffer would become an initializer in each block.
        self.mask = mask

    def forward(self, x):
        batch, time, width = x.size()
        head_width = WIDTH // HEADS
        query, key, value = self.c_attn(x).split(WIDTH, dim=2)
        query = query.view(batch, time, HEADS, head_width).transpose(1, 2)
        key = key.view(batch, time, HEADS, head_width).transpose(1, 2)
        value = value.view(batch, time, HEADS, head_width).transpose(1, 2)

        scores = (query @ key.transpose(-2, -1)) * (1.0 / math.sqrt(head_width))
        scores = scores.masked_fill(self.mask[..., :time, :time] == 0, MASKED)
        mixed = functional.softmax(scores, dim=-1) @ value
        return self.c_proj(mixed.transpose(1, 2).contiguous().view(batch, time, width))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_fc = nn.Linear(WIDTH, 4 * WIDTH)
        self.c_proj = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        return self.c_proj(functional.gelu(self.c_fc(x)))


class Block(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.attn = CausalSelfAttention(mask)
        self.ln_2 = nn.LayerNorm(WIDTH)
        self.mlp = Mlp()

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class TinyGpt(nn.Module):
    """tokens int64 [batch, time] -> logits [batch, time, characters]; time is at most CONTEXT."""

    def __init__(self, characters):
        super().__init__()
        mask = torch.tril(torch.ones(CONTEXT, CONTEXT)).view(1, 1, CONTEXT, CONTEXT)
        self.wte = nn.Embedding(characters, WIDTH)
        self.wpe = nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.ModuleList(Block(mask) for _ in range(LAYERS))
        self.ln_f = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, characters, bias=False)
        self._initialize()

    def forward(self, tokens):
        time = tokens.size(1)
        x = self.wte(tokens) + self.wpe.weight[:time]
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_f(x))

    def _initialize(self):
        """Matrices only: biases keep PyTorch's U(-1/sqrt(inputs), 1/sqrt(inputs)), layer normalizations start at one and zero."""
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue
            # A block adds twice to the residual stream, hence 2 * LAYERS terms whose variances add up.
            deviation = 0.02 / math.sqrt(2 * LAYERS) if name.endswith("c_proj.weight") else 0.02
            nn.init.normal_(parameter, mean=0.0, std=deviation)
