"""Who is nobody, and who may not: each operation asked by a stranger and by somebody of a small role."""
import re

PASSWORD = "orange-lamp-77"
OTHER = "violet-chair-42"
# Open to this machine, and refused by nothing.
OWN_FIGURES = {"metrics"}


def parts_of(path):
    return {name: "0" for name in re.findall("{(.*?)}", path)}


def protected(api):
    """(operation, path, permission) of what needs one."""
    for method, path, operation in api.shapes.operations():
        if "x-permission" in operation and operation["operationId"] not in OWN_FIGURES:
            yield operation["operationId"], path, operation["x-permission"]


def enter(client, session, answer):
    """From now on the client is whoever the answer let in."""
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie, cookie
    client.headers = {"Cookie": cookie.split(";")[0], "X-CSRF-Token": session["csrf"]}
    return session


def log_in(client, name, password):
    client.headers = {}
    session = client.call("logIn", body={"name": name, "password": password})
    return enter(client, session, client.last)


def accounts(api, world):
    stranger = api.another()
    stranger.call("session", 401)
    stranger.call("logIn", 401, body={"name": "admin", "password": PASSWORD})
    code = re.search(r"set-up code: (\S+)", world.log.read_text()).group(1)
    first = {"name": "admin", "display_name": "管理员", "password": PASSWORD}
    admin = api.another()
    admin.call("setUp", 401, body={**first, "code": "0000-0000-0000"})
    admin.call("setUp", 400, body={**first, "code": code, "password": "12345678"})
    session = admin.call("setUp", body={**first, "code": code})
    enter(admin, session, admin.last)
    admin.call("setUp", 409, body={**first, "code": code})
    admin.call("session")
    for name, path, _ in protected(api):
        stranger.call(name, 401, **parts_of(path))
    stranger.call("logOut", 401)
    people(admin)
    tokens(admin)
    somebody_small(api, admin)
    forged = {**admin.headers, "X-CSRF-Token": "guessed"}
    assert admin.send("POST", "/api/v1/handovers", "{}", forged).status == 403
    return admin


def people(admin):
    member = {"name": "li", "display_name": "李", "role": "committee", "lanes": [], "password": PASSWORD}
    admin.call("userAdd", body=member)
    admin.call("userAdd", 409, body=member)
    admin.call("userAdd", 400, body={**member, "name": "wang", "role": "king"})
    admin.call("userChange", name="li", body={"display_name": "李四"})
    admin.call("userChange", 404, name="nobody", body={"display_name": "李四"})
    admin.call("userChange", 409, name="admin", body={"role": "guard"})
    admin.call("userPassword", name="li", body={"password": OTHER})
    admin.call("userPassword", 400, name="li", body={"password": "li"})
    admin.call("userRemove", 404, name="nobody")
    admin.call("userRemove", 409, name="admin")
    admin.call("userAdd", body={**member, "name": "gone"})
    admin.call("userRemove", name="gone")
    assert {one["name"] for one in admin.call("users")["users"]} == {"admin", "li"}


def tokens(admin):
    made = admin.call("tokenAdd", body={"name": "grafana", "permissions": ["status.read"], "days": 30})
    admin.call("tokenAdd", 400, body={"name": "grafana", "permissions": []})
    program = admin.another()
    program.headers = {"Authorization": "Bearer " + made["token"]}
    program.call("status")
    program.call("audit", 403)
    assert admin.call("tokens")["tokens"]
    admin.call("tokenRemove", id=made["id"])
    admin.call("tokenRemove", 404, id=made["id"])
    program.call("status", 401)


def somebody_small(api, admin):
    """A member of the committee: state and report, and nothing else."""
    member = api.another()
    assert log_in(member, "li", OTHER)["user"]["must_change_password"]
    member.call("status", 403)  # a password of his own first
    member.call("changePassword", 403, body={"old": PASSWORD, "new": PASSWORD})
    member.call("changePassword", body={"old": OTHER, "new": PASSWORD})
    held = set(log_in(member, "li", PASSWORD)["user"]["permissions"])
    assert held == {"status.read", "report.read"}, held
    for name, path, permission in protected(api):
        if permission not in held:
            member.call(name, 403, **parts_of(path))
    member.call("status")
    member.call("logOut")
    member.call("session", 401)
