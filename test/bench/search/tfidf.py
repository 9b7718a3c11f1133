"""scikit-learn's TF-IDF, and TF-IDF with TruncatedSVD, over the texts of stdin; rankings, times and sizes as JSON. Reads and writes nothing else."""
import json
import sys
import time

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

COMPONENTS = 128


def milliseconds():
    """Of the processor, of all threads: on a shared machine the clock tells how busy the others are."""
    return time.process_time() * 1000


def best(scores, limit):
    order = np.argsort(-scores, kind="stable")[:limit]
    return [int(one) for one in order if scores[one] > 1e-9]


def asked(queries, most, find):
    """No more once so many milliseconds were spent, which are 0 where all are to be asked."""
    rankings, times = [], []
    for query in queries:
        if most and sum(times) > most:
            break
        begun = milliseconds()
        rankings.append(find(query))
        times.append(milliseconds() - begun)
    return rankings, times


def megabytes(arrays, words):
    return (sum(one.nbytes for one in arrays) + sys.getsizeof(words) + sum(map(sys.getsizeof, words))) / 2**20


def main():
    order = json.load(sys.stdin)
    texts, queries, limit, most = order["texts"], order["queries"], order["limit"], order["mostMs"]
    vectorizer = TfidfVectorizer()
    started = milliseconds()
    matrix = vectorizer.fit_transform(texts)
    fitted = milliseconds()
    svd = TruncatedSVD(min(COMPONENTS, matrix.shape[1] - 1), random_state=0)
    vectors = normalize(svd.fit_transform(matrix))
    reduced = milliseconds()

    def by_words(query):
        return best((matrix @ vectorizer.transform([query]).T).toarray().ravel(), limit)

    def by_meaning(query):
        return best(vectors @ normalize(svd.transform(vectorizer.transform([query])))[0], limit)

    answer = {"tfidf": {"buildMs": fitted - started}, "svd": {"buildMs": reduced - started}}
    answer["tfidf"]["megabytes"] = megabytes([matrix.data, matrix.indices, matrix.indptr], vectorizer.vocabulary_)
    answer["svd"]["megabytes"] = megabytes([vectors, svd.components_], vectorizer.vocabulary_)
    for name, find in (("tfidf", by_words), ("svd", by_meaning)):
        answer[name]["rankings"], answer[name]["ms"] = asked(queries, most, find)
    json.dump(answer, sys.stdout)


main()
