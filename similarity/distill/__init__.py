"""Train the bundled backbone: MobileNetV3-Small learns from what MobileNetV2 says of photographs.

Not needed to run anything: the weights that it made are in `index_artifacts/weights`, and their
model card says how well they do. Two commands run side by side, on a core each, for as long as one
likes; the third ends the training, from any checkpoint, and gives the weights:

    python -m similarity.distill views --store DIR
    python -m similarity.distill train --store DIR --run DIR
    python -m similarity.distill anneal --store DIR --run DIR --samples 300000

The student starts from random numbers and copies none of the teacher's weights. It learns to
predict, by a linear layer each that is thrown away afterwards, two of the teacher's maps and its
embedding. The learning rate stays high until `anneal` takes it to zero; all three commands go on
where they were interrupted, and `train --weights FILE` goes on from what `anneal` gave.
"""
