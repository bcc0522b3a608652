"""The two documents, and whether what was seen is what they say."""
import json

import jsonschema

LIMIT = 300  # characters of a value in a complaint


def by_discriminator(validator, branches, instance, schema):
    """Of a described choice only the branch that the instance names: fast, and the complaint is to the point."""
    named = schema.get("discriminator")
    if named is None or not isinstance(instance, dict):
        yield from jsonschema.Draft202012Validator.VALIDATORS["oneOf"](validator, branches, instance, schema)
        return
    word = instance.get(named["propertyName"])
    branch = named["mapping"].get(word)
    if branch is None:
        yield jsonschema.ValidationError(f"{named['propertyName']} is {word!r}, which is not described")
        return
    yield from validator.descend(instance, {"$ref": branch})


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"oneOf": by_discriminator})


class Shapes:
    def __init__(self, openapi, asyncapi):
        self.openapi = openapi
        # What the second says in words of the first is looked up there.
        self.asyncapi = json.loads(json.dumps(asyncapi).replace('"openapi.json#/components/', '"#/of_openapi/'))
        shared = json.loads(json.dumps(openapi["components"]).replace('"#/components/', '"#/of_openapi/'))
        self.root = {"components": self.asyncapi["components"], "of_openapi": shared}
        self.made = {}
        self.shape_of_type = dict(self.typed_messages())

    def flaws(self, schema, instance):
        """Sentences about what of the instance is not as a schema of the OpenAPI document says; none: all is well."""
        return self.complaints(self.root | json.loads(json.dumps(schema).replace('"#/components/', '"#/of_openapi/')), instance)

    def message_flaws(self, name, instance):
        """The same for a message of the AsyncAPI document."""
        return self.complaints(self.root | {"$ref": self.asyncapi["components"]["messages"][name]["payload"]["$ref"] + "/schema"}, instance)

    def complaints(self, schema, instance):
        key = json.dumps({k: v for k, v in schema.items() if k not in self.root})
        if key not in self.made:
            self.made[key] = Validator(schema)
        return [f"{error.json_path}: {error.message[:LIMIT]}" for error in self.made[key].iter_errors(instance)]

    def resolved(self, part):
        while "$ref" in part:
            found = self.openapi
            for step in part["$ref"].split("/")[1:]:
                found = found[step]
            part = found
        return part

    def operations(self):
        """(method, path, operation) of each."""
        for path, item in self.openapi["paths"].items():
            for method, operation in item.items():
                yield method, path, operation

    def typed_messages(self):
        """(CloudEvents type, message) of all that travels over MQTT."""
        for name in self.asyncapi["components"]["messages"]:
            schema = self.asyncapi["components"]["schemas"][name]["schema"]
            kind = schema["properties"].get("type", {})
            for word in kind.get("enum", [kind.get("const")]):
                if word:
                    yield word, name
