# Runs LocalStack in a container until asked to stop, and takes away whatever containers it left.
# Environment: IMAGE, NAME, PUBLISH, SOCKET.

remove() {
    # The functions' containers are called after the engine's.
    left=$(docker ps --all --quiet --filter "name=^$NAME")
    if [ -n "$left" ]; then
        docker rm --force --volumes $left >/dev/null
    fi
}

# Where it fails, the last thing said is Docker's reason, without its hints.
try() {
    said=$("$@" 2>&1) && return
    remove
    reason=$(printf '%s\n' "$said" | grep -v -e '^$' -e '--help' -e 'failed to start containers' | tail -n 1)
    printf '%s\nlocalstack-host needs no Docker, which says: %s\n' "$said" "$reason" >&2
    exit 1
}

# A shell hears signals between commands, and while it waits. So a container that is being made is there when it does.
trap 'docker stop -t 10 "$NAME" >/dev/null 2>&1; remove; exit 143' TERM INT HUP
try docker create --rm --pull never --name "$NAME" --publish "$PUBLISH" --volume "$SOCKET:/var/run/docker.sock" \
    --env MAIN_CONTAINER_NAME="$NAME" \
    --env DISABLE_EVENTS=1 \
    --env LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT=120 \
    --env LAMBDA_DOCKER_FLAGS="--add-host host.docker.internal:host-gateway" \
    "$IMAGE"
try docker start "$NAME"
docker logs --follow "$NAME" &
wait "$!"
remove
exit 1
