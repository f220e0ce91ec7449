import time
from tests.integration.test_collector import *
def test_dbg(voice, console):
    assert wait_until(console.is_connected, 20)
    console.close()
    voice.say(alive(1).topic, alive(1).payload, retain=True)
    console.open()
    voice.say(alive(2).topic, alive(2).payload)
    for _ in range(30):
        time.sleep(.5); print(console.seen(), console.log.dead_letters(), console.health)
    assert 0
