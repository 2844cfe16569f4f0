#!/usr/bin/env python3
"""Makes english.txt: common English words, by counting texts.

    python3 make_english.py FOLDER... > english.txt

Counted is in how many files of the folders (READMEs, manuals, licences; .gz too) a word of four to
fourteen letters stands in lower case, and with a capital. Kept are words in lower case in 40 files
or more, more often than with a capital, without those that `latin-surnames.txt` and
`latin-first-names.txt` have. Added are words for things of every day that such texts do not have.
"""
import collections
import gzip
import pathlib
import re
import sys

LEAST = 40

MORE = """
    apple bacon bagel banana barley basil bean beef beer berry biscuit bread breakfast broth burger butter cabbage cake candy carrot
    cheese cherry chicken chocolate cider cinnamon cocktail coconut coffee cookie corn cream curry dessert dinner donut dough drink egg
    fish flour fruit garlic ginger grape gravy grill ham honey jam juice kitchen lamb lemon lentil lettuce lime lunch mango meal meat
    melon milk mint mushroom mustard noodle oil olive onion orange oven pasta pastry peach pear pepper pesto pickle pizza plum pork
    potato pudding pumpkin radish restaurant rice salad salmon salsa salt sandwich sauce sausage seafood shrimp soup spinach steak
    strawberry sugar sushi syrup taco tart tea toast tofu tomato tuna turkey vanilla vinegar walnut wheat whisky wine yogurt
    airport alley arena auto avenue balcony bakery barn basement beach bedroom bicycle boat boots bottle boutique bridge bus cafe camp
    candle canyon carpet castle cathedral cave ceiling cellar chair chapel church cinema clinic clothing coat college cottage court
    cup curtain deck desert dress drum elevator engine factory farm fence ferry festival flag floor flower forest fountain furniture
    garage garden glacier glass gown guitar gym hall hat highway hospital hotel island jacket jeans jewelry lagoon lake lamp laundry
    lawn leather library lighthouse lounge luggage mall mansion market mattress meadow mirror monastery monument motel motor mountain
    museum ocean opera orchestra palace park pavement peninsula perfume piano pillow planet playground plaza pool porch prairie prison
    pub railway ranch reef resort river road roof salon school sculpture shirt shoes shop shower sidewalk skirt sofa soil spa spoon
    stadium station statue street suit suitcase supermarket swamp sweater temple theater theatre tower toys tractor trail train truck
    tunnel umbrella university vehicle villa village violin volcano wagon waterfall wedding window wool yacht zoo
    actor admiral ambassador anthem architect athlete attorney bishop bride captain cardinal champion chancellor chef choir citizen
    coach colonel comedy congress consul costume councillor countess cousin dancer deputy detective duke emperor empress farmer
    general governor guard guest justice king knight lieutenant lord magistrate marshal mayor minister monk mother nation nurse pastor
    patient pilot pirate poet police pope president priest prince princess principal prophet queen referee saint secretary senator
    sergeant sheriff singer soldier speaker student sultan teacher tourist treasurer tutor uncle veteran viking voter warrior widow
    wizard wren eagle falcon finch hawk heron owl pigeon robin sparrow swan bear beetle buffalo camel crab deer dolphin elephant frog
    goat horse leopard lion lizard monkey panther parrot penguin rabbit raccoon shark sheep spider tiger turtle whale wolf zebra
    amber azure beige black bronze brown coral crimson cyan gold golden gray green grey indigo ivory jade lavender magenta maroon ochre
    pink purple scarlet silver teal turquoise violet white yellow autumn spring summer winter holiday birthday anniversary marathon
    tournament championship league olympics trophy medal parade concert carnival album ballad singing dancing cooking baking fishing
    gaming hiking hunting painting racing sailing skating skiing surfing swimming wrestling football soccer tennis hockey rugby cricket
    golf baseball basketball volleyball bowling boxing cycling rowing yoga
""".split()


def text(path):
    data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    return data.decode("utf-8", "ignore")


def main():
    lower, capital = collections.Counter(), collections.Counter()
    for folder in sys.argv[1:]:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            try:
                words = set(re.findall(r"\b[A-Za-z][a-z]{3,13}\b", text(path))) if path.is_file() else ()
            except (OSError, EOFError):
                continue
            lower.update(word for word in words if word[0].islower())
            capital.update(word.lower() for word in words if word[0].isupper())
    here = pathlib.Path(__file__).resolve().parent.parent
    names = {line.lower() for list in ("latin-surnames.txt", "latin-first-names.txt") for line in (here / list).read_text().split()}
    common = {word for word, count in lower.items() if count >= LEAST and count > capital[word]}
    print("\n".join(sorted((common | set(MORE)) - names)))


if __name__ == "__main__":
    main()
