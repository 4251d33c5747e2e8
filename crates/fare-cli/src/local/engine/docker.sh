# Runs LocalStack in a container until asked to stop, and takes away whatever containers it left.
# Environment: IMAGE, NAME, PUBLISH, SOCKET.

remove() {
    # The functions' containers are called after the engine's.
    left=$(docker ps --all --quiet --filter "name=^$NAME")
    if [ -n "$left" ]; then
        docker rm --force --volumes $left >/dev/null
    fi
}

trap 'docker stop --time 10 "$NAME" >/dev/null 2>&1; remove; exit 143' TERM INT HUP
docker run --rm --pull never --name "$NAME" --publish "$PUBLISH" --volume "$SOCKET:/var/run/docker.sock" \
    --env MAIN_CONTAINER_NAME="$NAME" \
    --env DISABLE_EVENTS=1 \
    --env LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT=120 \
    --env LAMBDA_DOCKER_FLAGS="--add-host host.docker.internal:host-gateway" \
    "$IMAGE" &
# A shell hears signals between commands, and while it waits.
wait "$!"
status=$?
remove
exit "$status"
