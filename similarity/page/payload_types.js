/**
 * What the server tells the page. Made of its Python types by `python -m tests.js.typedefs`: change those.
 */

/**
 * An answer, and what was asked of which index, see `datatypes.SearchResult`.
 *
 * Neighbors are nearest first; recall_at_k is null where it was not measured, n_allowed where
 * nothing was filtered.
 *
 * @typedef {Object} AnswerJson
 * @property {string} collection
 * @property {string} backbone
 * @property {string} weights
 * @property {"angular"|"euclidean"|"manhattan"|"dot"} metric
 * @property {number} k
 * @property {number} search_k
 * @property {number} rerank
 * @property {number} n_candidates
 * @property {number} n_items
 * @property {number|null} n_allowed
 * @property {number} n_trees
 * @property {number} dim
 * @property {number|null} recall_at_k
 * @property {MillisecondsJson} milliseconds
 * @property {QueryItemJson} query
 * @property {Array<NeighborJson>} neighbors
 */

/**
 * An answer and everything that the page shows around it.
 *
 * link is params without the visitor's own picture, fit to be passed on; missed are neighbors of
 * the exact answer that the answer lacks, with their rank in it.
 *
 * @typedef {Object} AnswerPayload
 * @property {ChoiceParams} params
 * @property {ChoiceParams} link
 * @property {Array<string>} notes
 * @property {ItemQuery|UploadQuery} query
 * @property {FilterPayload} filter
 * @property {AnswerJson} answer
 * @property {Array<NeighborJson>} missed
 * @property {IndexPayload} index
 * @property {OriginPayload|null} origin
 * @property {string|null} annoy_problem
 * @property {OffersPayload} offers
 */

/**
 * A page of a collection's pictures; labels are those of all pictures, with their counts.
 *
 * @typedef {Object} BrowsePayload
 * @property {string} collection
 * @property {Array<[string, number]>} labels
 * @property {number} n_found
 * @property {number} page
 * @property {number} n_pages
 * @property {Array<ItemJson>} items
 */

/**
 * A choice as the parameters of an address; labels is a JSON array of names.
 *
 * @typedef {Object} ChoiceParams
 * @property {string} collection
 * @property {string} backbone
 * @property {string} metric
 * @property {string} k
 * @property {string} search_k
 * @property {string} [labels]
 * @property {string} [text]
 * @property {string} [item]
 * @property {string} [upload]
 * @property {string} [region]
 */

/**
 * A collection that can be chosen; problem says why it cannot be used, if so.
 *
 * @typedef {Object} CollectionChoice
 * @property {string} name
 * @property {string} title
 * @property {string|null} problem
 */

/**
 * Recall and time over search_k, which rises.
 *
 * @typedef {Object} CurvePayload
 * @property {Array<CurvePoint>} points
 */

/**
 * Recall of one query at one search_k, and how long the search took.
 *
 * @typedef {Object} CurvePoint
 * @property {number} search_k
 * @property {number} recall
 * @property {number} milliseconds
 */

/**
 * A backbone that could not be made ready, and why.
 *
 * @typedef {Object} FailedPreparation
 * @property {"failed"} state
 * @property {string} problem
 */

/**
 * What an answer must have; no labels and no text for nothing, n_allowed is null then.
 *
 * @typedef {Object} FilterPayload
 * @property {Array<string>} labels
 * @property {string} text
 * @property {number|null} n_allowed
 */

/**
 * What was searched in; projected_dim is null where Annoy holds whole embeddings.
 *
 * @typedef {Object} IndexPayload
 * @property {number} bytes
 * @property {number|null} projected_dim
 * @property {string} weights
 * @property {boolean} verified
 */

/**
 * An indexed picture, see `datatypes.Item`.
 *
 * @typedef {Object} ItemJson
 * @property {number} item_id
 * @property {string} label
 * @property {string} caption
 * @property {string} file
 */

/**
 * An indexed picture that was searched for, or a region of it.
 *
 * @typedef {Object} ItemQuery
 * @property {null} upload
 * @property {ItemJson} item
 * @property {[number, number, number, number]|null} region
 */

/**
 * What the parts of a search took; 0 for a part that was not needed.
 *
 * @typedef {Object} MillisecondsJson
 * @property {number} decode
 * @property {number} preprocess
 * @property {number} embed
 * @property {number} search
 */

/**
 * An indexed picture that was found, see `datatypes.Neighbor`.
 *
 * @typedef {Object} NeighborJson
 * @property {number} item_id
 * @property {string} label
 * @property {string} caption
 * @property {string} file
 * @property {number} rank
 * @property {number} distance
 * @property {number} similarity
 */

/**
 * What can be chosen; k and search_k are the least and the most, labels have their counts.
 *
 * @typedef {Object} OffersPayload
 * @property {Array<CollectionChoice>} collections
 * @property {Array<ReadyBackboneOffer|UnreadyBackboneOffer>} backbones
 * @property {Array<"angular"|"euclidean"|"manhattan"|"dot">} metrics
 * @property {[number, number]} k
 * @property {[number, number]} search_k
 * @property {Array<[string, number]>} labels
 * @property {Array<ItemJson>} examples
 * @property {boolean} has_pictures
 * @property {number} upload_bytes
 */

/**
 * The commit on the Hub that a collection is.
 *
 * @typedef {Object} OriginPayload
 * @property {string} repo_id
 * @property {string} commit
 */

/**
 * A backbone that is ready; none where nothing was begun since the start of the server.
 *
 * @typedef {Object} OtherPreparation
 * @property {"ready"|"none"} state
 */

/**
 * An error that a person can cause, as a sentence; takes the place of any payload.
 *
 * @typedef {Object} Problem
 * @property {string} problem
 */

/**
 * How far a preparation is; total is 0 where nobody knows.
 *
 * @typedef {Object} ProgressPayload
 * @property {string} description
 * @property {number} done
 * @property {number} total
 * @property {"bytes"|"pictures"} unit
 */

/**
 * The indexed picture that a query is, or null.
 *
 * @typedef {Object} QueryItemJson
 * @property {ItemJson|null} item
 */

/**
 * A backbone that can be chosen; problem says why it cannot be used, if so.
 *
 * @typedef {Object} ReadyBackboneOffer
 * @property {string} name
 * @property {string} title
 * @property {"ready"} state
 * @property {string|null} problem
 */

/**
 * A backbone that is being made ready.
 *
 * @typedef {Object} RunningPreparation
 * @property {"running"} state
 * @property {ProgressPayload} progress
 */

/**
 * A backbone that can be made ready; bytes are those to be downloaded.
 *
 * @typedef {Object} UnreadyBackboneOffer
 * @property {string} name
 * @property {string} title
 * @property {"builds"|"downloads"|"running"} state
 * @property {number} bytes
 */

/**
 * A visitor's picture that was searched for, or a region of it.
 *
 * upload is its name, item the indexed picture that it is identical to.
 *
 * @typedef {Object} UploadQuery
 * @property {string} upload
 * @property {ItemJson|null} item
 * @property {[number, number, number, number]|null} region
 */

/**
 * What each function of the server answers.
 *
 * @typedef {Object} Answers
 * @property {AnswerPayload|Problem} answer
 * @property {AnswerPayload|Problem} take
 * @property {AnswerPayload|Problem} load
 * @property {CurvePayload|Problem} curve
 * @property {BrowsePayload|Problem} browse
 * @property {RunningPreparation|FailedPreparation|OtherPreparation|Problem} prepare
 * @property {RunningPreparation|FailedPreparation|OtherPreparation|Problem} preparation
 */

export {};
