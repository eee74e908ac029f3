# fish completion for convoke(1): asks `convoke complete` what may come next.
function __convoke_complete
	set -l words (commandline -opc) (commandline -ct)
	for line in (convoke complete $words[2..-1] 2>/dev/null)
		if test $line = :files
			__fish_complete_path (commandline -ct)
		else
			echo $line
		end
	end
end
complete -c convoke -f -a '(__convoke_complete)'
