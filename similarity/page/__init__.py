"""The page: the only user of Gradio.

    layout.py     the Gradio app: one HTML component, its server functions, theme, launch
    handlers.py   what the browser asks of the server: plain values in, plain values out
    payloads.py   what an answer looks like on its way to the browser; payload_types.js, made of
                  it, tells the scripts
    links.py      what a visitor chose <-> the parameters of an address
    queries.py    pictures that visitors gave, and the queries made of them
    routes.py     pictures, scripts, downloads, README and health check, over plain HTTP
    api.py        `/search` for programs
    page.html     the skeleton; page.css its looks
    js/           what fills the skeleton; ES modules without a build step
        main.js       starts the page, and passes on what a visitor does
        server/       requests, and what the visitor wants of them
        query/        ways to give a picture, its tile, a region of it
        controls/     the settings, the recall curve, a backbone on its way to be ready
        results/      the neighbors, and how they were found
        history/      the way from query to query
        collection/   all pictures of a collection
        share/        the link, downloads, the search as a program
        common/       elements, texts, metrics, addresses

A visitor's choices travel with each request and come back with each answer; the server keeps
nothing of a visitor but the pictures that were given lately.
"""
