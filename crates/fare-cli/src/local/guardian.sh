# Runs one command and takes it away, with all it started, once nobody holds the other end of standard input.
# Arguments: how long the command may take to stop, in tenths of a second; a file for its exit status; the command.
#
# This shell leads a process group. Its last act is always to kill that group, itself included, so whoever waits for it
# knows that nothing of the group is left. Nobody ever writes to standard input: it ends when `fare` lets go of it, and
# also when `fare` dies in whatever way.
grace=$1
report=$2
shift 2

exec 3<&0 </dev/null
"$@" 3<&- &
child=$!

(
    cat <&3 >/dev/null
    kill -TERM "$child"
    while [ "$grace" -gt 0 ]; do
        sleep 0.1
        grace=$((grace - 1))
    done
    kill -KILL 0
) 2>/dev/null &

exec 3<&-
wait "$child"
echo "$?" >"$report"
kill -KILL 0
