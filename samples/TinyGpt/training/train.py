"""Trains tiny-gpt on a CPU and exports it to ONNX.

    python3 train.py --output my-gpt.onnx

Needs PyTorch; `corpus.py` says where the text comes from.
"""

import argparse
import math

import torch
from torch.nn import functional

import corpus
from model import CONTEXT, TinyGpt

STEPS = 3500
WARM_UP = 100
BATCH = 8
LEARNING_RATE = 1e-3
FINAL_SHARE = 0.05
BETAS = (0.9, 0.99)
WEIGHT_DECAY = 0.1
GRADIENT_NORM = 1.0


def learning_rate(step):
    """Linear warm-up, then a half cosine down to FINAL_SHARE of LEARNING_RATE."""
    if step < WARM_UP:
        return LEARNING_RATE * (step + 1) / WARM_UP
    progress = (step - WARM_UP) / (STEPS - WARM_UP)
    return LEARNING_RATE * (FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + math.cos(math.pi * progress)))


def random_windows(tokens, generator):
    """BATCH windows of the text and the same windows one character later, int64 [BATCH, CONTEXT] each."""
    starts = torch.randint(len(tokens) - CONTEXT, (BATCH,), generator=generator).tolist()
    inputs = torch.stack([tokens[start : start + CONTEXT] for start in starts])
    targets = torch.stack([tokens[start + 1 : start + 1 + CONTEXT] for start in starts])
    return inputs, targets


def cross_entropy(model, inputs, targets):
    """Nats per character."""
    logits = model(inputs)
    return functional.cross_entropy(logits.reshape(-1, logits.size(-1)), targets.reshape(-1))


def validation_loss(model):
    """The figure to compare with the 1.3123 of the committed model: same windows, held-out text."""
    inputs = torch.tensor(corpus.read_windows(corpus.SAMPLE / "validation.npz", "tokens"))
    targets = torch.tensor(corpus.read_windows(corpus.SAMPLE / "validation.npz", "targets"))
    model.eval()
    with torch.no_grad():
        loss = cross_entropy(model, inputs, targets).item()
    model.train()
    return loss


def train(tokens, characters, seed):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = TinyGpt(characters)
    model.train()
    # Every parameter decays, biases and layer normalizations too.
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=BETAS, weight_decay=WEIGHT_DECAY)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        loss = cross_entropy(model, *random_windows(tokens, generator))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_NORM)
        optimizer.step()
        if (step + 1) % 250 == 0:
            print(f"step {step + 1}: training {loss.item():.4f}, validation {validation_loss(model):.4f}", flush=True)
    return model


def export(model, path):
    model.eval()
    example = torch.zeros((1, CONTEXT), dtype=torch.int64)
    torch.onnx.export(
        model,
        (example,),
        path,
        input_names=["tokens"],
        output_names=["logits"],
        dynamic_axes={"tokens": {0: "batch", 1: "time"}, "logits": {0: "batch", 1: "time"}},
        opset_version=17,
        # Folding would transpose the matrices of linear layers and give them names without meaning.
        do_constant_folding=False,
        **tracing_exporter(),
    )


def tracing_exporter():
    """From PyTorch 2.9 on the default is an exporter that names and stores weights differently; before 2.5 there was no choice."""
    version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    return {"dynamo": False} if version >= (2, 5) else {}


def main():
    arguments = argparse.ArgumentParser(description="Trains tiny-gpt and exports it to ONNX.")
    arguments.add_argument("--output", required=True, help="the ONNX file to write")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()

    text = corpus.read_text()
    characters = corpus.vocabulary_of(text)
    if characters != corpus.read_vocabulary():
        raise SystemExit("The text has other characters than vocabulary.json: run corpus.py --check.")
    index_of = {character: index for index, character in enumerate(characters)}
    training, _ = corpus.split(text)
    tokens = torch.tensor([index_of[character] for character in training], dtype=torch.int64)

    model = train(tokens, len(characters), options.seed)
    export(model, options.output)
    print(f"{options.output}: {sum(p.numel() for p in model.parameters()):,} parameters, validation {validation_loss(model):.4f}")


if __name__ == "__main__":
    main()
