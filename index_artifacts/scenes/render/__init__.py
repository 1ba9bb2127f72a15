"""Render the bundled collection `scenes`: ray-traced pictures in categories of 25.

Python and numpy write POV-Ray text, POV-Ray traces it, numpy develops the result.

    categories/     one function per category; `registry.py` gives each picture its switches
    scene.py  tracer.py  develop.py                 one picture: text -> light -> JPEG
    batch.py  catalog.py  sheets.py  __main__.py    all pictures and their files
    pov.py  mesh.py  noise.py  colors.py  materials.py  painting.py     building blocks
    framing.py                                      cameras around a subject

What several categories share, by where it is found:

    outdoors        light.py  clouds.py  landscape.py  plants.py  props.py  boats.py
    space           globes.py
    built           buildings.py  cityviews.py  landmarks.py  houses.py  fortress.py
    rooms           rooms.py  interiors.py  furniture.py  lamps.py  desk.py  books.py  toys.py
                    spherical.py
    tables          still_life.py  backdrops.py  tabletop.py  piles.py  china.py  crockery.py
    on the table    fruits.py  bananas.py  flowers.py  vases.py  chessmen.py
                    dishes.py  cakes.py  toppings.py  cookies.py

Units are meters outdoors; on a table one unit is about ten centimeters, in a room with furniture
about 25. Axes are those of POV-Ray: x to the right, y up, z away from a camera that looks ahead.
"""
