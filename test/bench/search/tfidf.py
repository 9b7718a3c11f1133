"""scikit-learn's TF-IDF, and TF-IDF with TruncatedSVD, over the texts of stdin; rankings as JSON. Reads and writes nothing else."""
import json
import sys
import time

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

COMPONENTS = 128


def best(scores, limit):
    order = np.argsort(-scores, kind="stable")[:limit]
    return [int(one) for one in order if scores[one] > 1e-9]


def main():
    asked = json.load(sys.stdin)
    texts, queries, limit = asked["texts"], asked["queries"], asked["limit"]
    vectorizer = TfidfVectorizer()
    started = time.perf_counter()
    matrix = vectorizer.fit_transform(texts)
    fitted = time.perf_counter()
    svd = TruncatedSVD(min(COMPONENTS, matrix.shape[1] - 1), random_state=0)
    vectors = normalize(svd.fit_transform(matrix))
    reduced = time.perf_counter()
    answer = {"tfidf": [], "svd": [], "tfidfMs": [], "svdMs": []}
    for query in queries:
        begun = time.perf_counter()
        row = vectorizer.transform([query])
        answer["tfidf"].append(best((matrix @ row.T).toarray().ravel(), limit))
        answer["tfidfMs"].append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        vector = normalize(svd.transform(vectorizer.transform([query])))
        answer["svd"].append(best(vectors @ vector[0], limit))
        answer["svdMs"].append((time.perf_counter() - begun) * 1000)
    answer["tfidfBuildMs"] = (fitted - started) * 1000
    answer["svdBuildMs"] = (reduced - fitted) * 1000
    json.dump(answer, sys.stdout)


main()
