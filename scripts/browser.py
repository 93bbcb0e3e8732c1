"""Somebody at the pages, for the load scripts."""

import http.cookiejar
import re
import urllib.parse
import urllib.request

PASSWORD = "bốn từ dễ nhớ 42"


class Browser:
    """Keeps cookies and brings the form's token along."""

    def __init__(self, base):
        self.base, self.csrf = base, ""
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, path, form=None):
        data = None
        if form is not None:
            data = urllib.parse.urlencode([*form, ("csrf", self.csrf)]).encode()
        with self.opener.open(self.base + path, data) as answer:
            text = answer.read().decode()
            found = re.search(r'name="csrf" value="([^"]*)"', text)
            if found:
                self.csrf = found.group(1)
            return answer.geturl(), text

    def cookie(self):
        return "; ".join(f"{c.name}={c.value}" for c in self.jar)

    def accept(self, invitation):
        """Sets a password with a one-time link, and is signed in."""
        self.open(f"/invitation?token={invitation}")
        self.open("/invitation", [("token", invitation), ("password", PASSWORD), ("password_again", PASSWORD)])
        return self


def summary(outputs, seconds):
    """One line for the CSV outputs of `hey`."""
    times, statuses = [], {}
    for output in outputs:
        for row in output.strip().splitlines()[1:]:
            cells = row.split(",")
            times.append(float(cells[0]))
            statuses[cells[6]] = statuses.get(cells[6], 0) + 1
    times.sort()
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000
    return (f"{len(times)} requests in {seconds} s ({len(times) / seconds:.1f}/s), statuses {statuses}: "
            f"p50 {at(0.5):.1f}, p90 {at(0.9):.1f}, p99 {at(0.99):.1f}, longest {times[-1] * 1000:.1f} ms")
