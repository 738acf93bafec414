"""Compares held-out chances with scikit-learn's exact solver, given the same design and ridge.

Arguments: the data folder, and the folder of reports that bench-risk made.
"""

import json
import sys

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

RIDGE = 33.333333333333336


def exact(data, ours):
    """Our predictions with one more column: the exact solver's chance for the same row."""
    inputs = data.drop(columns=["person", "y"])
    ours["exact"] = np.nan
    for _, part in ours.groupby("repeat"):
        for _, test in part.groupby("fold"):
            rest = data.index.difference(test["row"])
            scale = StandardScaler().fit(inputs.loc[rest])
            solver = LogisticRegression(C=1 / RIDGE, solver="newton-cholesky", tol=1e-12, max_iter=200)
            solver.fit(scale.transform(inputs.loc[rest]), data.y[rest])
            chances = solver.predict_proba(scale.transform(inputs.loc[test["row"]]))[:, 1]
            ours.loc[test.index, "exact"] = chances
    return ours


def main(folder, reports):
    for task in ["T1", "T3"]:
        data = pd.read_csv(f"{folder}/mvad_{task}.csv")
        ours = exact(data, pd.read_csv(f"{reports}/{task}-fixed/predictions.csv"))
        truth = data.y[ours["row"]].to_numpy()
        of = lambda measure: np.mean(
            [measure(data.y[run["row"]], run.exact) for _, run in ours.groupby("repeat")]
        )
        with open(f"{reports}/{task}/metrics.json") as file:
            figures = json.load(file)["models"][0]["figures"]
        said = {name: figures[name]["value"] for name in ["auc", "brier", "calibration_slope"]}
        print(
            f"{task}: ours, ridge chosen inside: AUC {said['auc']:.4f} Brier {said['brier']:.4f} "
            f"slope {said['calibration_slope']:.2f}; scikit-learn C 0.03: AUC "
            f"{of(roc_auc_score):.4f} Brier {of(brier_score_loss):.4f}; same ridge, largest "
            f"difference in a chance {np.abs(ours.p - ours.exact).max():.1e} over {len(truth)}"
        )
    for name in ["T4", "OULAD", "UCI697"]:
        with open(f"{reports}/{name}/metrics.json") as file:
            figures = json.load(file)["models"][0]["figures"]
        wanted = ["auc", "average_precision", "brier", "calibration_slope", "expected_over_observed"]
        print(f"{name}: " + ", ".join(f"{w} {figures[w]['value']:.4f}" for w in wanted))


if __name__ == "__main__":
    main(*sys.argv[1:])
