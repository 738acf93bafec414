"""Compares held-out chances with scikit-learn's exact solver, given the same design and ridge; fails where a goal is missed.

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
# Least area under the curve and most Brier score; of the slope and of expected over observed, the range.
GOALS = {
    "T1": (0.728, 0.1068, (0.85, 1.15), (0.95, 1.05)),
    "T3": (0.841, 0.0575, (0.85, 1.15), (0.95, 1.05)),
    "T4": (0.845, 0.0640, (0.85, 1.15), None),
    "OULAD": (0.645, 0.2345, (0.85, 1.15), (0.9, 1.1)),
    "UCI697": (0.920, 0.0930, (0.85, 1.15), (0.95, 1.05)),
}


def missed(name, figures):
    """What a report falls short of, in words."""
    least, most, slopes, levels = GOALS[name]
    of = lambda figure: figures[figure]["value"]
    within = lambda value, ends: ends is None or ends[0] <= value <= ends[1]
    goals = [
        ("AUC", of("auc"), of("auc") >= least),
        ("Brier", of("brier"), of("brier") <= most),
        ("slope", of("calibration_slope"), within(of("calibration_slope"), slopes)),
        ("expected/observed", of("expected_over_observed"), within(of("expected_over_observed"), levels)),
    ]
    return [f"{name}: {what} {value:.4f}" for what, value, reached in goals if not reached]


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
    short = []
    for task in ["T1", "T3"]:
        data = pd.read_csv(f"{folder}/mvad_{task}.csv")
        ours = exact(data, pd.read_csv(f"{reports}/{task}-fixed/predictions.csv"))
        truth = data.y[ours["row"]].to_numpy()
        of = lambda measure: np.mean(
            [measure(data.y[run["row"]], run.exact) for _, run in ours.groupby("repeat")]
        )
        with open(f"{reports}/{task}/metrics.json") as file:
            figures = json.load(file)["models"][0]["figures"]
        short += missed(task, figures)
        furthest = np.abs(ours.p - ours.exact).max()
        if not furthest < 1e-6:
            short.append(f"{task}: {furthest:.1e} from the exact solver")
        said = {name: figures[name]["value"] for name in ["auc", "brier", "calibration_slope"]}
        print(
            f"{task}: ours, ridge chosen inside: AUC {said['auc']:.4f} Brier {said['brier']:.4f} "
            f"slope {said['calibration_slope']:.2f}; scikit-learn C 0.03: AUC "
            f"{of(roc_auc_score):.4f} Brier {of(brier_score_loss):.4f}; same ridge, largest "
            f"difference in a chance {furthest:.1e} over {len(truth)}"
        )
    for name in ["T4", "OULAD", "UCI697"]:
        with open(f"{reports}/{name}/metrics.json") as file:
            figures = json.load(file)["models"][0]["figures"]
        short += missed(name, figures)
        wanted = ["auc", "average_precision", "brier", "calibration_slope", "expected_over_observed"]
        print(f"{name}: " + ", ".join(f"{w} {figures[w]['value']:.4f}" for w in wanted))
    if short:
        sys.exit("Missed: " + "; ".join(short))


if __name__ == "__main__":
    main(*sys.argv[1:])
