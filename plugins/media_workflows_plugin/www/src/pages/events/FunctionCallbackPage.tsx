// The function that receives the events of all workflows.
import { Alert } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { getFunctionCallback } from "../../api/events";
import { Loaded } from "../../components/Loaded";
import { PageHead } from "../../components/PageHead";
import { type Key, t } from "../../i18n";
import { FunctionCallbackForm } from "./FunctionCallbackForm";

export function FunctionCallbackPage() {
  // Another state is another form: what is typed must not be dropped for it unasked.
  const callback = useQuery({ queryKey: ["function-callback"], queryFn: getFunctionCallback, refetchOnWindowFocus: false, refetchOnReconnect: false });
  return (
    <>
      <PageHead title={t("function.title")} hint={t("function.hint")} />
      <Loaded of={callback}>
        {(data) => (
          <>
            <Alert.Root status="info" variant="surface" mb={4}>
              <Alert.Indicator />
              <Alert.Title>{t(`function.source_${data.source}` as Key, { author: data.author })}</Alert.Title>
            </Alert.Root>
            <FunctionCallbackForm key={JSON.stringify(data)} callback={data} />
          </>
        )}
      </Loaded>
    </>
  );
}
