"""What scikit-learn makes of catalogue.json, for the test beside it: writes sklearn.json. Needs python3-sklearn."""
import base64
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

HERE = Path(__file__).parent
DIMENSIONS = 60
# components of so many are kept: beyond, singular values are so near to each other that their directions mean nothing
KEPT = 20

catalogue = json.loads((HERE / "catalogue.json").read_text())
ids, texts = zip(*(line.split(" ", 1) for line in catalogue["documents"]))
tfidf = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
matrix = tfidf.fit_transform(texts)
# exact: the randomized one, with its five turns, has not settled beyond the first forty here
svd = TruncatedSVD(DIMENSIONS, algorithm="arpack", random_state=42)
places = svd.fit_transform(matrix)


def ndcg(ranking, judged):
    def dcg(gains):
        return sum(gain / np.log2(place + 2) for place, gain in enumerate(gains))

    most = dcg(sorted(judged.values(), reverse=True)[:10])
    return dcg([judged.get(ids[row], 0) for row in ranking[:10]]) / most if most else 0.0


def units(rows):
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)


figures = []
for query in catalogue["queries"]:
    judged = {one.split("=")[0]: int(one.split("=")[1]) for one in query["judged"].split()}
    asked = units(svd.transform(tfidf.transform([query["terms"]])))
    cosines = (units(places) @ asked.T).ravel()
    figures.append(ndcg(np.lexsort((np.arange(len(ids)), -np.round(cosines, 6))), judged))

answer = {
    "version": sklearn.__version__,
    "terms": len(tfidf.vocabulary_),
    "idf": {term: float(tfidf.idf_[column]) for term, column in sorted(tfidf.vocabulary_.items())[::40]},
    "singular_values": [float(value) for value in svd.singular_values_],
    "ndcg": float(np.mean(figures)),
    "kept": KEPT,
    "components": base64.b64encode(svd.components_[:KEPT].T.astype("<f4").tobytes()).decode(),
}
(HERE / "sklearn.json").write_text(json.dumps(answer, indent=2) + "\n")
print(answer["version"], matrix.shape, answer["ndcg"])
