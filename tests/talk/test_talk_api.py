"""Talk over HTTP."""

from base64 import b64encode

from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from tests.api.caller import Caller, fields_of
from tests.builders import join


def test_a_comment_is_written_answered_and_changed(team, task):
    caller = Caller(team.person)
    made = caller.post(f"/api/v1/tasks/{task.pk}/comments/", {"body": "Is it **deep**?"})
    comment = made.json()

    answered = caller.post(f"{comment['url']}replies/", {"body": "Yes."}).json()
    changed = caller.patch(comment["url"], {"body": "Deep?"}, if_match=made["ETag"])

    assert (made.status_code, changed.status_code) == (201, 200)
    assert "<strong>deep</strong>" in comment["html"]
    assert comment["about"] == {
        "kind": "task",
        "key": task.key,
        "scenario": None,
        "update": None,
        "promotion": None,
    }
    assert answered["parent"] == comment["id"]
    assert changed.json()["version"] == 2
    listed = caller.get(f"/api/v1/tasks/{task.pk}/comments/").json()
    assert [one["body"] for one in listed["results"]] == ["Deep?", "Yes."]


def test_who_is_named_is_told_by_id(team, task):
    anna = join(team)
    made = Caller(team.person).post(
        f"/api/v1/tasks/{task.pk}/comments/", {"body": f"@{anna.email} look"}
    )

    assert made.json()["mentions"] == [str(anna.pk)]
    assert '<span class="mention">' in made.json()["html"]


def test_a_reaction_done_twice_is_one(team, task):
    comment = add_comment(of_row(task), author=team.person, body="x")
    address = f"/api/v1/comments/{comment.pk}/react/"
    caller = Caller(team.person)
    for _ in range(2):
        twice = caller.post(address, {"reaction": "👍"}).json()
    off = caller.post(address, {"reaction": "👍", "on": False}).json()

    assert len(twice["reactions"]) == 1
    assert off["reactions"] == []
    assert caller.post(address, {"reaction": "💩"}).status_code == 422


def test_another_persons_comment_can_not_be_changed(team, task):
    comment = add_comment(of_row(task), author=team.person, body="x")
    other = Caller(join(team))

    for response in (
        other.patch(f"/api/v1/comments/{comment.pk}/", {"body": "y"}, if_match="*"),
        other.delete(f"/api/v1/comments/{comment.pk}/", if_match="*"),
    ):
        assert response.status_code == 403


def test_a_file_goes_up_and_comes_down_the_same(team, task):
    caller = Caller(team.person)
    content = "Fünf Tage, wenn es trocken ist.".encode()
    sent = {"file": {"name": "../quote.txt", "content": b64encode(content).decode()}}

    made = caller.post(f"/api/v1/tasks/{task.pk}/references/", sent)
    file = made.json()["file"]
    back = caller.get(file["url"])

    assert made.status_code == 201
    assert (file["name"], file["bytes"], file["type"]) == ("quote.txt", len(content), "text/plain")
    assert back.content == content
    assert back["Content-Disposition"] == 'attachment; filename="quote.txt"'
    assert back["Content-Type"] == "application/octet-stream"


def test_a_senseless_reference_is_refused(team, task):
    caller, address = Caller(team.person), f"/api/v1/tasks/{task.pk}/references/"

    assert caller.post(address, {}).status_code == 422
    assert caller.post(address, {"link": "javascript:alert(1)"}).status_code == 422
    bad = caller.post(address, {"file": {"name": "a.txt", "content": "?"}})
    assert fields_of(bad) == ["file.content"]
