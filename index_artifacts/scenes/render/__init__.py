"""Render the bundled collection `scenes`: ray-traced pictures in categories of 25.

Python and numpy write POV-Ray text, POV-Ray traces it, numpy develops the result.

    categories/     one function per category; `registry.py` gives each picture its switches
    rooms.py  light.py  plants.py  landscape.py  clouds.py      what several categories share
    still_life.py  backdrops.py  tabletop.py  piles.py          tables and what surrounds them
    fruits.py  bananas.py  flowers.py  vases.py  chessmen.py    what lies and stands on them
    china.py  crockery.py  dishes.py  cakes.py  toppings.py  cookies.py
    materials.py  mesh.py  noise.py  pov.py  colors.py  painting.py     building blocks
    scene.py  tracer.py  develop.py                             one picture: text -> light -> JPEG
    batch.py  catalog.py  sheets.py  __main__.py                all pictures and their files

Units are meters unless a scene is on a table (then about ten centimeters). Axes are those of
POV-Ray: x to the right, y up, z away from a camera that looks ahead.
"""
