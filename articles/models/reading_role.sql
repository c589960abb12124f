-- Makes the role of public pages, or corrects it. It leaves all other roles, since they may read more.
\set ON_ERROR_STOP on
BEGIN;
DO $$ DECLARE other regrole; BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE "{role}";
  ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}' AND rolsuper)
    OR EXISTS (SELECT FROM pg_class WHERE relowner = '"{role}"'::regrole) THEN
    RAISE 'The role {role} is a superuser or owns tables, so it can read everything. Choose another name.';
  END IF;
  FOR other IN SELECT roleid FROM pg_auth_members WHERE member = '"{role}"'::regrole LOOP
    EXECUTE format('REVOKE %s FROM "{role}"', other);
  END LOOP;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO "{role}"', current_database());
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO "{role}"', current_schema());
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM "{role}"', current_schema());
END $$;
ALTER ROLE "{role}" LOGIN NOCREATEROLE NOREPLICATION;
ALTER ROLE "{role}" SET default_transaction_read_only = on;
ALTER ROLE "{role}" SET statement_timeout = '{seconds}s';
REVOKE ALL ON {hidden} FROM PUBLIC;
GRANT SELECT ON {shown} TO "{role}";
GRANT SELECT ({users}) ON auth_user TO "{role}";
COMMIT;
