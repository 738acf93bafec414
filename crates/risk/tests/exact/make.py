"""Makes the two tables that exact_solver.rs and real_cohort.rs hold our fit to, with scikit-learn 1.9.1's newton-cholesky.

Arguments: the folder to write into, and the data folder whose mvad_T1.csv and mvad_folds.csv are read. Of the
cohort only the chances of repeat 0, fold 0 are written, never a value of it.
"""

import sys

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def exact(train, outcome, test, ridge):
    scale = StandardScaler().fit(train)
    solver = LogisticRegression(C=1 / ridge, solver="newton-cholesky", tol=1e-13, max_iter=500)
    return solver.fit(scale.transform(train), outcome).predict_proba(scale.transform(test))[:, 1]


def made_up():
    draw = np.random.default_rng(7)
    table = pd.DataFrame(draw.normal(size=(240, 3)).round(4), columns=["a", "b", "c"])
    table["c"] = (table["a"] * 0.9 + table["c"] * 0.2).round(4)
    table["flag"] = (draw.random(240) < 0.15).astype(int)
    pull = 1.2 * table["a"] - 0.8 * table["b"] + 1.5 * table["flag"] - 1.5
    table["y"] = (draw.random(240) < 1 / (1 + np.exp(-pull))).astype(int)
    inputs = table[["a", "b", "c", "flag"]]
    for ridge in [0.1, 3, 33]:
        table[f"p_{ridge}"] = exact(inputs, table["y"], inputs, ridge)
    return table


def cohort(folder):
    data, folds = pd.read_csv(f"{folder}/mvad_T1.csv"), pd.read_csv(f"{folder}/mvad_folds.csv")
    folds = folds[(folds.task == "T1") & (folds.repeat == 0)].set_index("person").fold
    tested = (data.person.map(folds) == 0).to_numpy()
    inputs = data.drop(columns=["person", "y"])
    p = exact(inputs[~tested], data.y[~tested], inputs[tested], 1 / 0.03)
    return pd.DataFrame({"row": np.flatnonzero(tested), "p": p})


if __name__ == "__main__":
    made_up().to_csv(f"{sys.argv[1]}/made_up.csv", index=False)
    cohort(sys.argv[2]).to_csv(f"{sys.argv[1]}/t1_fold_0.csv", index=False)
