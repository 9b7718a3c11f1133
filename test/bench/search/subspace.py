"""scikit-learn's TruncatedSVD, exact and randomized, of the TF-IDF of texts whose terms are apart by spaces; stdin and stdout are JSON."""
import base64
import json
import sys
import time

from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

order = json.load(sys.stdin)
tfidf = TfidfVectorizer(analyzer=str.split, sublinear_tf=True, vocabulary=order["terms"])
started = time.process_time()
matrix = tfidf.fit_transform(order["texts"])
weighed = time.process_time() - started
answer = {"idf": tfidf.idf_.tolist()}
for name, algorithm in (("exact", "arpack"), ("randomized", "randomized")):
    started = time.process_time()
    svd = TruncatedSVD(order["dimensions"], algorithm=algorithm, random_state=42).fit(matrix)
    answer[name] = {
        "buildMs": (weighed + time.process_time() - started) * 1000,
        "singularValues": svd.singular_values_.tolist(),
        # terms x dimensions
        "components": base64.b64encode(svd.components_.T.astype("<f4").tobytes()).decode(),
    }
json.dump(answer, sys.stdout)
