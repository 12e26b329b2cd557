"""The coroutines, and asynchronous generators and context managers, of the observed program."""

COROUTINES = """
async def coroutine(kind):
    try:
        await asyncio.sleep(0)
        fail(kind)
    except KeyError:
        return 0
    except Exception as e:
        await asyncio.sleep(0)
        return e


async def cancelled():
    try:
        await asyncio.sleep(60)
    except BaseException:
        raise


async def closing():
    try:
        yield 1
    except BaseException:
        raise


@contextlib.asynccontextmanager
async def entering():
    try:
        yield
    except Exception:
        pass


async def asynchronous():
    for kind in (ValueError, KeyError, OSError):
        await coroutine(kind)
    found = await asyncio.gather(coroutine(TypeError), cancelled_soon(), return_exceptions=True)
    async for _ in closing():
        break
    async with entering():
        fail(ZeroDivisionError)
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.001)
    except Exception:
        pass
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(failing())
    except BaseException:
        pass
    return found


async def failing():
    fail()


async def cancelled_soon():
    task = asyncio.create_task(cancelled())
    await asyncio.sleep(0)
    task.cancel()
    await task
"""
